import { join } from "node:path";
import { Flags } from "@oclif/core";

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
    default: [],
  }),
};

/** Where templates are looked for: the user's directories, the machine's, then netlogctl's own. */
export function templateDirectories(given: readonly string[], root: string): string[] {
  return [...given, "/etc/netlogctl/templates", join(root, "templates")];
}
