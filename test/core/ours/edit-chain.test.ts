import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/nft/json.ts";
import { type Command, Counters, editChain } from "../../../src/core/ours/edit-chain.ts";
import { RUNS } from "../../helpers/runs.ts";

/** `b1` is rule b in its first edition; capitals are somebody else's rules. */
function rule(word: string, handle?: number): JsonObject {
  const [name = "", edition = "0"] = word;
  const isOther = name !== name.toLowerCase();
  const log = { log: { prefix: `${word} `, group: name.charCodeAt(0) } };
  const match = {
    match: { op: "==", left: { meta: { key: "mark" } }, right: 10 * name.charCodeAt(0) + Number(edition) },
  };
  const place = { family: "inet", table: "t", chain: "c", ...(handle === undefined ? {} : { handle }) };
  const counted = handle === undefined ? null : { packets: handle, bytes: 100 * handle };
  return { ...place, comment: isOther ? name : `netlogctl:${name}`, expr: [match, { counter: counted }, log] };
}

const wordsOf = (text: string): string[] => text.split(" ").filter((word) => word !== "");
const isForeign = ({ comment }: JsonObject): boolean => !String(comment).startsWith("netlogctl:");

/** The words of a rule with what it is told to have counted. */
function say(command: Command): string {
  const [verb = "", value] = Object.entries(command)[0] ?? [];
  const given = value?.["rule"] as { handle?: number; index?: number; comment?: string; expr?: JsonObject[] };
  const prefix = String((given.expr?.[2]?.["log"] as JsonObject | undefined)?.["prefix"] ?? "").trim();
  const packets = (given.expr?.[1]?.["counter"] as JsonObject | null | undefined)?.["packets"];
  const counted = packets === undefined ? "" : `#${packets}`;
  const at = given.index === undefined ? "" : `@${given.index}`;
  const named = given.handle === undefined ? "" : ` ${given.handle}`;
  return `${verb}${named}${prefix === "" ? "" : ` ${prefix}`}${counted}${at}`;
}

function edit(found: string, wanted: string, mustGo = ""): string[] {
  const { deletions, replacements, puts } = editChain(
    wordsOf(found).map((word, at) => rule(word, at + 1)),
    wordsOf(wanted).map((word) => rule(word)),
    {
      isForeign,
      mustGo: ({ comment }) => mustGo !== "" && comment === `netlogctl:${mustGo}`,
      counters: new Counters(),
    },
  );
  return [...deletions, ...replacements, ...puts].map(say);
}

// Handles are 1, 2, ... in order; a place is the index of the rule before, as nft counts.
describe("the fewest commands from one list of rules to another", () => {
  test.each([
    ["a b c", "a b c", ""],
    ["", "a b", "add a, add b"],
    ["a b", "", "delete 1, delete 2"],
    ["a b", "a b c", "add c"],
    ["a b", "c a b", "insert c"],
    ["a b", "c d a b", "insert c, add d@0"],
    ["a b", "a c b", "add c@0"],
    ["a b", "a c d b e", "add c@0, add d@1, add e"],
    ["a b c", "a c", "delete 2"],
    ["a b c", "a d c", "delete 2, add d@0"],
    ["a b c", "a b1 c", "replace 2 b1"],
    ["a b c", "b c a", "delete 1, add a#1"],
    ["a b c", "c a b", "delete 3, insert c#3"],
    ["a b c d", "a d1 b c", "delete 4, add d1@0"],
    ["a b c d", "d c b a", "delete 2, delete 3, delete 4, insert d#4, add c#3@0, add b#2@1"],
    // What does not change stays, also where more that is edited would stay in order without it.
    ["a b c", "b1 c1 a", "delete 2, delete 3, insert b1, add c1@0"],
    // Nothing of ours stays across somebody else's rule, which is never touched.
    ["a X b", "a X b", ""],
    ["a X b", "X a b", "delete 1, add a#1@1"],
    ["X a", "a X", "delete 2, insert a#2"],
    ["X Y", "a X b Y c", "insert a, add b@1, add c"],
    ["a X b Y", "a c X b1 Y d", "replace 3 b1, add c@0, add d"],
    ["X a Y", "X Y", "delete 2"],
  ])("%s | %s", (found, wanted, said) => {
    expect(edit(found, wanted).join(", ")).toBe(said);
  });

  test("a rule that has to go is made anew where it stood, with what it counted", () => {
    expect(edit("a b c", "a b c", "b")).toEqual(["delete 2", "add b#2@0"]);
    expect(edit("a b c", "a b1 c", "b")).toEqual(["delete 2", "add b1@0"]);
    expect(edit("a", "a", "a")).toEqual(["delete 1", "add a#1"]);
    // It does not hold up one that can stay.
    expect(edit("a b", "b a", "a")).toEqual(["delete 1", "add a#1"]);
    expect(edit("a b", "b a", "b")).toEqual(["delete 2", "insert b#2"]);
  });

  test("one that is edited and holds a set is made anew in its place, for nft 1.0.6 cannot replace it", () => {
    const ports = {
      match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: { set: [22, 25] } },
    };
    const withPorts = (one: JsonObject): JsonObject => ({ ...one, expr: [ports, ...(one["expr"] as JsonObject[])] });
    const found = [rule("a", 1), withPorts(rule("b", 2)), rule("c", 3)];
    const options = { isForeign, mustGo: () => false, counters: new Counters() };
    const { deletions, replacements, puts } = editChain(found, [rule("a"), withPorts(rule("b1")), rule("c")], options);
    expect([...deletions, ...replacements].map(say)).toEqual(["delete 2"]);
    expect(puts).toMatchObject([{ add: { rule: { comment: "netlogctl:b", index: 0 } } }]);
  });

  test("equal rules are told apart by their place", () => {
    expect(edit("a a b a", "a b a")).toHaveLength(1);
    expect(edit("a b a", "a a b a a")).toHaveLength(2);
  });
});

const lists = fc
  .shuffledSubarray([..."abcdefgh"])
  .chain((names) =>
    fc
      .tuple(...names.map((name) => fc.constantFrom("", "", "1").map((edition) => name + edition)))
      .map((words) => words),
  );

/** The least by trying all: a deletion, an addition and a replacement are one command each. */
function least(found: readonly string[], wanted: readonly string[]): number | undefined {
  const ofNothing = [0, ...wanted].map((_word, at) => at);
  const ofAll = found.reduce((costs, one) => {
    const next = [(costs[0] as number) + 1];
    for (const [at, other] of wanted.entries()) {
      const kept = one[0] === other[0] ? (costs[at] as number) + Number(one !== other) : Number.POSITIVE_INFINITY;
      next.push(Math.min((costs[at + 1] as number) + 1, (next[at] as number) + 1, kept));
    }
    return next;
  }, ofNothing);
  return ofAll.at(-1);
}

interface Item {
  word: string;
  readonly handle: number;
}

const ACTS: Readonly<Record<string, (list: Item[], fresh: Item, at: number) => void>> = {
  insert: (list, fresh) => void list.unshift(fresh),
  add: (list, fresh, at) => void list.splice(at + 1, 0, fresh),
  delete: (list, { handle }) => Object.assign(itemOf(list, handle), { word: "" }),
  replace: (list, { handle, word }) => Object.assign(itemOf(list, handle), { word }),
};

function itemOf(list: readonly Item[], handle: number): Item {
  return list.find((item) => item.handle === handle) as Item;
}

/** What nft makes of the commands: `index` counts what was added, and goes on counting what was deleted. */
function carryOut(found: readonly string[], commands: readonly string[]): string[] {
  const list = found.map((word, at): Item => ({ word, handle: at + 1 }));
  for (const command of commands) {
    const [, verb = "", handle = 0, word = "", at = list.length] =
      /^(\w+)(?: (\d+))?(?: ([a-z]\d?)(?:#\d+)?)?(?:@(\d+))?$/.exec(command) ?? [];
    ACTS[verb]?.(list, { word, handle: Number(handle) }, Number(at));
  }
  return list.flatMap(({ word }) => (word === "" ? [] : [word]));
}

test("any list becomes any other, and no fewer commands would do", () => {
  fc.assert(
    fc.property(lists, lists, (found, wanted) => {
      const commands = edit(found.join(" "), wanted.join(" "));
      expect(carryOut(found, commands)).toEqual(wanted);
      expect(commands.length).toBe(least(found, wanted));
    }),
    { numRuns: RUNS },
  );
});

test("around rules of others nothing else moves", () => {
  fc.assert(
    fc.property(lists, lists, fc.array(fc.nat(8), { maxLength: 3 }), (found, wanted, places) => {
      const withOthers = (words: readonly string[]): string[] =>
        [...places]
          .sort((a, b) => b - a)
          .reduce<string[]>(
            (list, at, index) => list.toSpliced(Math.min(at, words.length), 0, "ZYX"[index] as string),
            [...words],
          );
      const [from, to] = [withOthers(found), withOthers(wanted)];
      const commands = edit(from.join(" "), to.join(" "));
      expect(carryOut(from, commands)).toEqual(to);
      for (const command of commands) expect(command).not.toMatch(/[X-Z]/);
    }),
    { numRuns: RUNS },
  );
});
