import fc from "fast-check";
import { dump } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changesOf } from "../../src/core/diff/changes.ts";
import { compareRulesets } from "../../src/core/diff/compare.ts";
import { encodeDocument, type NftDocument, rulesetOf } from "../../src/core/intent/document.ts";
import { documentText } from "../../src/core/intent/document-text.ts";
import { parseIntent } from "../../src/core/intent/intent.ts";
import { type Lowered, lowerIntent } from "../../src/core/intent/lower.ts";
import { Fault } from "../../src/core/model/fault.ts";
import { decodeRuleset, type Ruleset } from "../../src/core/nft/ruleset.ts";
import { intents } from "../helpers/intents.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

/** Cases per law: hundreds in an ordinary run, always the same ones; thousands by hand, always others. */
const given = process.env["NETLOGCTL_KERNEL_RUNS"];
const RUNS = given === undefined ? { numRuns: 120, seed: 20_260_101 } : { numRuns: Number(given) };

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  await lab.run("ip", ["link", "add", "name", "eth0", "type", "bridge"]);
});
afterAll(() => lab[Symbol.asyncDispose]());

const lower = async (intent: object) =>
  lowerIntent(await parseIntent(dump(intent, { noRefs: true }), "generated", () => expect.unreachable()));
const differences = (a: Ruleset, b: Ruleset) => changesOf({ settings: [], tables: compareRulesets(a, b) });

/**
 * Loads each file into an empty ruleset, lists it in JSON; then has nft read its own text again, and lists that. 1.1.7 does
 * not read all limits of bytes that it lists without a burst: they get the one that is meant.
 */
const SCRIPT = `set -e
nft flush ruleset; nft -j -f /run/document; nft -j list ruleset; echo
nft list ruleset | sed -E '/bytes\\/[a-z]+ burst/!s#bytes/[a-z]+#& burst 0 bytes#' > /run/listed
nft flush ruleset; nft -f /run/listed; nft -j list ruleset; echo
nft flush ruleset; nft -f /run/text; nft -j list ruleset; echo`;

/** What nft makes of a document: at once, through its own text, and through ours. */
async function throughKernel(document: NftDocument): Promise<Ruleset[]> {
  const json = JSON.stringify(document);
  const script = `head -c ${Buffer.byteLength(json)} > /run/document; cat > /run/text; ${SCRIPT}`;
  const { code, stdout, stderr } = await lab.run("sh", ["-c", script], json + documentText(document));
  expect({ code, stderr }, json).toEqual({ code: 0, stderr: "" });
  const listings = stdout.split("\n").filter((line) => line !== "");
  expect(listings).toHaveLength(3);
  return listings.map((listing) => decodeRuleset(JSON.parse(listing), "nft"));
}

test("what the schema lets in, the kernel gives back unchanged, through JSON, through nft's text and through ours", async () => {
  await fc.assert(
    fc.asyncProperty(intents, async (intent) => {
      const lowered = await lower(intent);
      const wanted = rulesetOf(lowered);
      for (const listed of await throughKernel(encodeDocument(lowered, undefined))) {
        expect(differences(wanted, listed)).toEqual([]);
      }
    }),
    RUNS,
  );
});

const HOSTILE = [
  '"',
  "'",
  "$x",
  "\\",
  "\n",
  ";",
  "#",
  "{",
  "}",
  " drop ",
  "*",
  "@a",
  "!",
  "é",
  "\u001b[2J",
  "`",
  "%",
  "a".repeat(130),
  "",
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE, "x"), { maxLength: 5 }).map((some) => some.join("")),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** Intents with one such text somewhere. */
const hostileIntents = fc.tuple(hostile, fc.nat(9)).map(([text, place]) => {
  const rule = { name: "x", hook: "input", log: { prefix: "p " } };
  const rules: Record<string, unknown>[] = [
    { ...rule, log: { prefix: text } },
    { ...rule, name: text },
    { ...rule, match: { iifname: text } },
    { ...rule, match: { oifname: [text, "eth0"] } },
    { ...rule, hook: "ingress", device: text },
    { ...rule, limit: { rate: "1/second", name: text } },
    { ...rule, match: { ip: { saddr: `@${text}` } } },
    { ...rule, match: { tcp: { flags: text } } },
    { ...rule, expr: [{ match: { op: "==", left: { meta: { key: "iifname" } }, right: text } }] },
    rule,
  ];
  return {
    version: 1,
    ...(place === 9 ? { table: text } : {}),
    ...(place === 6 ? { sets: { [text]: { type: "ip", elements: [] } } } : {}),
    rules: [rules[place]],
  };
});

test("no text changes what a rule is: it is refused, or comes back as it was given, alone in its chain", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(hostileIntents, async (intent) => {
      const lowered = await loweredOrRefused(intent);
      if (lowered === undefined) return;
      const wanted = rulesetOf(lowered);
      const document = encodeDocument(lowered, undefined);
      const json = JSON.stringify(document);
      // What nft refuses by itself, such as an interface that is not there, is no other rule.
      const { code } = await lab.run("sh", ["-c", "cat > /run/try && nft -c -j -f /run/try"], json);
      if (code !== 0) return;
      taken += 1;
      for (const listed of await throughKernel(document)) expect(differences(wanted, listed)).toEqual([]);
    }),
    RUNS,
  );
  expect(taken).toBeGreaterThan(0);
});

async function loweredOrRefused(intent: object): Promise<Lowered | undefined> {
  try {
    return await lower(intent);
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return undefined;
  }
}
