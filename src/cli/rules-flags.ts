import { join } from "node:path";
import { Flags } from "@oclif/core";
import { MACHINE_TEMPLATES } from "../verbs/rules.ts";

/** What every command takes that reads an intent. */
export const RULES_FLAGS = {
  file: Flags.string({
    char: "f",
    summary: 'The intent; "-" is standard input.',
    helpValue: "FILE",
    default: "/etc/netlogctl/netlog.yaml",
  }),
  templates: Flags.string({
    summary: "Look for templates here first; may be given several times.",
    helpValue: "DIR",
    multiple: true,
    multipleNonGreedy: true,
  }),
};

/** Where templates are looked for: the user's directories, the machine's, then netlogctl's own. */
export function templateDirectories(given: readonly string[] | undefined, root: string): string[] {
  return [...(given ?? []), MACHINE_TEMPLATES, join(root, "templates")];
}
