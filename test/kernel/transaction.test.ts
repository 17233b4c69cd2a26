import fc from "fast-check";
import { dump } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changesOf } from "../../src/core/diff/changes.ts";
import { keyOfRule } from "../../src/core/diff/rule-item.ts";
import { parseIntent } from "../../src/core/intent/intent.ts";
import type { RevisionRules } from "../../src/core/model/revision.ts";
import type { JsonObject } from "../../src/core/nft/json.ts";
import { decodeRuleset, type Ruleset } from "../../src/core/nft/ruleset.ts";
import type { Command } from "../../src/core/ours/edit-chain.ts";
import { compareScoped, oursOf, putIn } from "../../src/core/ours/ours.ts";
import { putRules, rulesOfIntent } from "../../src/core/ours/put-rules.ts";
import { isMarked, ownTables, withoutOurs } from "../../src/core/ours/scope.ts";
import { documentOf, transactionOf } from "../../src/core/ours/transaction.ts";
import { type Case, cases } from "../helpers/edits.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

/** Cases: some in an ordinary run, always the same ones; thousands by hand, always others. */
const given = process.env["NETLOGCTL_KERNEL_RUNS"];
const RUNS = given === undefined ? { numRuns: 8, seed: 20_260_102 } : { numRuns: Number(given) };

const OWN = new Set([...ownTables("netlogctl"), ...ownTables("other")]);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  for (const link of ["eth0", "wan"]) await lab.run("ip", ["link", "add", "name", link, "type", "bridge"]);
});
afterAll(() => lab[Symbol.asyncDispose]());

async function shell(script: string, input: string): Promise<string> {
  const { code, stdout, stderr } = await lab.run("bash", ["-c", `set -e; cat > /run/input; ${script}`], input);
  if (code !== 0) {
    const fs = await import("node:fs");
    fs.writeFileSync("/tmp/laws-fail-input", input);
    fs.writeFileSync("/tmp/laws-fail-live", (await lab.run("nft", ["-j", "list", "ruleset"])).stdout);
  }
  expect({ code, stderr }, input).toEqual({ code: 0, stderr: "" });
  return stdout;
}

const LIST = "nft -j list ruleset";
const listed = (text: string): Ruleset => decodeRuleset(JSON.parse(text), "nft");
const load = async (text: string): Promise<Ruleset> =>
  listed(await shell(`nft flush ruleset; nft -f /run/input; ${LIST}`, text));

/** Carries out commands in one transaction, and lists what there is then. */
async function transact(commands: readonly Command[], before = "true"): Promise<Ruleset> {
  if (commands.length === 0) return listed(await shell(LIST, ""));
  return listed(await shell(`${before}; nft -j -f /run/input > /dev/null; ${LIST}`, documentOf(commands)));
}

async function rulesFrom(
  intent: object,
): Promise<{ rules: RevisionRules; defaultLog: Parameters<typeof putRules>[2] }> {
  const parsed = await parseIntent(dump(intent, { noRefs: true }), "generated", () => expect.unreachable());
  return { rules: rulesOfIntent(parsed, new Map()), defaultLog: parsed.defaultLog };
}

async function wantedOn(live: Ruleset, intent: object): Promise<Ruleset> {
  const { rules, defaultLog } = await rulesFrom(intent);
  return putRules(withoutOurs(live, OWN), rules, defaultLog, () => {});
}

const toIntent = async (live: Ruleset, intent: object): Promise<Command[]> =>
  transactionOf(live, await wantedOn(live, intent), OWN);
const differences = (a: Ruleset, b: Ruleset) => changesOf({ settings: [], tables: compareScoped(a, b, OWN) });

/** All that is not ours as it is listed: with handles, counters, elements. */
const foreignOf = (ruleset: Ruleset): unknown => {
  const { tables } = withoutOurs(ruleset, OWN);
  return [...tables.values()].map((table) => ({ ...table, chains: [...table.chains], objects: [...table.objects] }));
};

/** Nothing is named in a command but our tables, what is in them, and rules that carry our mark. */
function expectOurs(commands: readonly Command[], live: Ruleset): void {
  for (const command of commands) {
    const [[kind = "", value = {}] = []] = Object.entries(Object.values(command)[0] ?? {}) as [string, JsonObject][];
    const table = kind === "table" ? value["name"] : value["table"];
    if (OWN.has(`${value["family"]} ${table}`)) continue;
    expect(kind).toBe("rule");
    for (const rule of namedBy(value, live)) expect(isMarked(rule)).toBe(true);
  }
}

/** The rules that a command names: one that is there, one that it makes. */
function namedBy(value: JsonObject, live: Ruleset): JsonObject[] {
  const { handle } = value;
  const found = chainOf(live, value).filter((rule) => rule["handle"] === handle);
  expect(found).toHaveLength(handle === undefined ? 0 : 1);
  return value["expr"] === undefined ? found : [...found, value];
}

function chainOf({ tables }: Ruleset, { family, table, chain }: JsonObject): readonly JsonObject[] {
  return tables.get(`${family} ${table}`)?.chains.get(String(chain))?.rules ?? [];
}

/** The chains of our tables, where neither was made anew, before and after, without the rules that name what was made anew. */
function stayingChains(before: Ruleset, after: Ruleset, commands: readonly Command[]): [JsonObject[], JsonObject[]][] {
  const anew = commands.flatMap((command) =>
    Object.values(command["delete"] ?? {}).map((value) => (value as JsonObject)["name"]),
  );
  const names = anew.filter((name) => typeof name === "string").map((name) => new RegExp(`"@?${name}"`));
  const stays = (rule: JsonObject): boolean => !names.some((name) => name.test(JSON.stringify(rule["expr"])));
  const isAnew = (key: string): boolean =>
    before.tables.get(key)?.head?.["handle"] !== after.tables.get(key)?.head?.["handle"];
  return [...before.tables].flatMap(([key, { chains }]) =>
    [...(OWN.has(key) && !isAnew(key) ? chains : [])].flatMap(
      ([name, { head, rules }]): [JsonObject[], JsonObject[]][] => {
        const to = after.tables.get(key)?.chains.get(name);
        if (to === undefined || head?.["handle"] !== to.head?.["handle"]) return [];
        return [[rules.filter(stays), to.rules.filter(stays)]];
      },
    ),
  );
}

/** What two chains share in the longest order stays, with handle and counter. Gives how many of them had counted something. */
function expectKept([before, after]: readonly [JsonObject[], JsonObject[]]): number {
  const held = new Map(before.map((rule) => [rule["handle"], rule]));
  const same = after.filter((rule) => {
    const old = held.get(rule["handle"] ?? null);
    return old !== undefined && keyOfRule(old) === keyOfRule(rule);
  });
  expect(same.length).toBeGreaterThanOrEqual(shared(before.map(keyOfRule), after.map(keyOfRule)));
  for (const rule of same) expect(rule).toEqual(held.get(rule["handle"] ?? null));
  return same.filter((rule) => /"packets":[1-9]/.test(JSON.stringify(rule))).length;
}

/** The length of the longest list that both hold in order. */
function shared(a: readonly string[], b: readonly string[]): number {
  const none = [0, ...b].map(() => 0);
  const lengths = a.reduce((before, key) => {
    const next = [0];
    for (const [at, other] of b.entries()) {
      const joined = key === other ? (before[at] as number) + 1 : 0;
      next.push(Math.max(joined, before[at + 1] as number, next[at] as number));
    }
    return next;
  }, none);
  return lengths.at(-1) ?? 0;
}

const PACKETS = "for i in 1 2 3; do echo x > /dev/udp/127.0.0.1/9 || true; done";

async function lawsOf({ foreign, before, after, between }: Case): Promise<number> {
  const base = await load(foreign);
  const toA = await toIntent(base, before);
  expectOurs(toA, base);
  await transact(toA);
  const meddling = between.map((command) => `nft '${command}' || true`);
  const a = listed(await shell(["exec 2>/dev/null", ...meddling, PACKETS, LIST].join("\n"), ""));
  const ofForeign = foreignOf(a);

  const toB = await toIntent(a, after);
  expectOurs(toB, a);
  const b = await transact(toB);
  expect(foreignOf(b)).toEqual(ofForeign);
  const kept = stayingChains(a, b, toB).map(expectKept);
  expect(await toIntent(b, after)).toEqual([]);

  const back = transactionOf(b, putIn(withoutOurs(b, OWN), oursOf(a, OWN)), OWN);
  expectOurs(back, b);
  const again = await transact(back);
  expect(differences(a, again)).toEqual([]);
  expect(foreignOf(again)).toEqual(ofForeign);

  if (between.length === 0)
    expect(differences(b, await transact(await toIntent(await load(foreign), after)))).toEqual([]);
  return kept.reduce((sum, count) => sum + count, 0);
}

test("from any intent to any other and back: nothing else is touched, what is shared stays, and it is as if it had been alone", async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      kept += await lawsOf(one);
    }),
    { ...RUNS, endOnFailure: true },
  );
  expect(kept).toBeGreaterThan(0); // packets were really counted by rules that stayed
});
