import type { Lab } from "./lab.ts";

/** Our own tables, and our rules in the chains of others. */
const OWN_TABLE = /^table (inet|netdev) netlogctl \{( # handle \d+)?\n(.*\n)*?\}\n/gm;
const OWN_RULE = /^.* comment "netlogctl:[^"\n]*".*\n/gm;

/** What `nft list ruleset` says, flags included, without what is ours. */
export async function listForeign(lab: Lab, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run("nft", [...flags, "list", "ruleset"]);
  if (code !== 0) throw new Error(stderr);
  return stdout.replace(OWN_TABLE, "").replace(OWN_RULE, "");
}

/** Where two texts, which may be very long, first differ; undefined if they are the same. */
export function firstDifference(before: string, after: string): unknown {
  if (before === after) return undefined;
  const [a, b] = [before.split("\n"), after.split("\n")];
  const line = a.findIndex((text, at) => text !== b[at]);
  const at = line === -1 ? a.length : line;
  return { line: at + 1, before: a.slice(at, at + 5), after: b.slice(at, at + 5) };
}
