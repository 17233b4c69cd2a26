import { join } from "node:path";
import { Flags } from "@oclif/core";
import type { TemplatePlaces } from "../verbs/templates.ts";

/** Where an intent is looked for unless said. */
export const INTENT = "/etc/netlogctl/netlog.yaml";

/** Where log tests are looked for unless said. */
export const TESTS = "/etc/netlogctl/netlog.test.yaml";

const TEMPLATES = Flags.string({
  summary: "Look for templates here first; may be given several times.",
  helpValue: "DIR",
  multiple: true,
  multipleNonGreedy: true,
});

/** What commands take that may meet tables of others under the names of ours. */
export const ADOPT_FLAG = {
  adopt: Flags.boolean({ summary: "Take over tables that are there already and were not made by netlogctl." }),
};

/** What every command takes that reads an intent. */
export const RULES_FLAGS = {
  file: Flags.string({ char: "f", summary: 'The intent; "-" is standard input.', helpValue: "FILE", default: INTENT }),
  templates: TEMPLATES,
};

/** What a command takes that reads rules from wherever they stand. */
export const SOURCE_FLAGS = {
  templates: TEMPLATES,
  netns: Flags.string({
    summary: "The network namespace of live (a name of ip netns, or a path).",
    helpValue: "NAME",
  }),
};

/** The words for what may be named where rules are read. */
export const SOURCES =
  'an intent, a file of nft JSON or of nft text, "-" for standard input, REVISION:PATH for a file of a git revision, rev:N for what was applied, or "live"';

/** Where templates are looked for: the user's directories, the machine's, then netlogctl's own. */
export function templatePlaces(given: readonly string[] | undefined, root: string): TemplatePlaces {
  return { given: given ?? [], own: join(root, "templates") };
}
