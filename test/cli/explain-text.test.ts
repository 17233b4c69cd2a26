import { expect, test } from "vitest";
import { renderStories } from "../../src/cli/explain-text.ts";
import { sitesOf } from "../../src/core/explain/sites.ts";
import { decodeRuleset } from "../../src/core/nft/ruleset.ts";
import { log, MACHINE } from "../helpers/facts.ts";

/** The story of a rule with these statements, of a user who sees neither who reads what nor the switch. */
function storyOf(expr: readonly object[]): string[] {
  const chain = { ...{ family: "ip", table: "t", name: "c" }, type: "filter", hook: "input", prio: 0 };
  const rule = { family: "ip", table: "t", chain: "c", handle: 1, expr };
  const ruleset = decodeRuleset({ nftables: [{ table: { family: "ip", name: "t" } }, { chain }, { rule }] }, "test");
  const surroundings = { isInitial: false, allNetns: undefined, groups: undefined, netns: null };
  const sites = sitesOf(ruleset, MACHINE, surroundings);
  return renderStories(sites.slice(0, 1)).split("\n").slice(2);
}

const AS_WHOM = "  to see where: sudo netlogctl explain, as root of the machine itself, not of a container";

test.each<[object[], string[]]>([
  [log({ group: 7 }), ["only root sees whether anybody reads group 7", AS_WHOM]],
  [log({}), ["nf_log_all_netns cannot be read here", AS_WHOM]],
  [[{ xt: { type: "target", name: "NFLOG" } }], ["nft does not tell the group of a NFLOG target: iptables-save does"]],
])("of %j it is said that its end cannot be seen, why, and to whom it can be", (expr, [why, ...more]) => {
  expect(storyOf(expr)).toEqual([`  it cannot be seen where their lines go: ${why}`, ...more]);
});
