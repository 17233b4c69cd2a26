import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesOf } from "../../src/core/diff/changes.ts";
import { compareRulesets } from "../../src/core/diff/compare.ts";
import { decodeRuleset, encodeRuleset, type Ruleset } from "../../src/core/nft/ruleset.ts";
import { rulesetText, unknownIn } from "../../src/core/nft/text/ruleset.ts";
import { type Lab, openLab } from "../helpers/lab.ts";
import { LISTED_BY_OLD, OLD, readRuleset, readRulesetText } from "../helpers/rulesets.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  for (const link of ["eth0", "eth1", "wan", "lan", "wg0", "br0"]) {
    const { code, stderr } = await lab.run("ip", ["link", "add", "name", link, "type", "bridge"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
});
afterAll(() => lab[Symbol.asyncDispose]());

/** What this kernel and nft make of an input, from nothing; undefined if they refuse it. */
async function probe(input: string, ...flags: string[]): Promise<Ruleset | undefined> {
  const script = `nft flush ruleset; cat > /run/input; TZ=UTC nft ${flags.join(" ")} -f /run/input && TZ=UTC nft -j list ruleset`;
  const { code, stdout } = await lab.run("sh", ["-c", script], input);
  return code === 0 ? decodeRuleset(JSON.parse(stdout), "nft") : undefined;
}

const differences = (a: Ruleset | undefined, b: Ruleset | undefined): unknown =>
  a === undefined || b === undefined
    ? { isTaken: [a !== undefined, b !== undefined] }
    : changesOf({ settings: [], tables: compareRulesets(a, b) });

// What nft makes of our encoding is what it makes of its own listing: where it takes that, the law holds for ours too.
describe("through the kernel, our encoding is as good as nft's own listing", () => {
  test.each(LISTED_BY_OLD)("%s", async (name) => {
    const listing = readRuleset(name, OLD);
    const own = await probe(JSON.stringify(listing), "-j");
    const ours = await probe(JSON.stringify(encodeRuleset(decodeRuleset(listing, name))), "-j");
    if (own !== undefined) expect(differences(own, ours)).toEqual([]);
  });
});

describe("our text makes the ruleset that the text makes from which nft made its listing", () => {
  test.each(LISTED_BY_OLD)("%s", async (name) => {
    const written = await probe(readRulesetText(name, ".nft"));
    if (written === undefined) return; // this kernel or nft does not have it
    const { nftables } = encodeRuleset(written);
    const text = rulesetText(nftables);
    if (unknownIn(nftables).length > 0) expect(await probe(text)).toBeUndefined();
    else if (!CANNOT_BE_READ.includes(name)) expect(differences(written, await probe(text)), text).toEqual([]);
  });
});

/** What nft 1.0.6 lists in words that it does not read. */
const CANNOT_BE_READ: readonly string[] = [];
