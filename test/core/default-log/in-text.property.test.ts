import fc from "fast-check";
import { expect, test } from "vitest";
import { takeApart } from "../../../src/core/default-log/in-text.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { RUNS } from "../../helpers/runs.ts";

const PREFIX = fc.constantFrom('prefix "log"', "prefix log-in", 'prefix "a # log; {"', "prefix x*");
const DESTINED = fc.constantFrom(
  "level warn",
  "group 7",
  "flags all",
  "snaplen 9",
  "flags tcp sequence,options level info",
);
const BEFORE = fc.constantFrom(
  "",
  "tcp dport 22",
  "tcp dport { 1, 2 }",
  'iifname "log"',
  "counter",
  "iifname log*",
  "ip saddr 1.2.3.4 \\\n",
);
const AFTER = fc.constantFrom("", "drop", "accept", "jump logging", 'comment "log {"', "counter");
const GAP = fc.constantFrom(" ", "\t", "  ", " \\\n");
const ENDING = fc.constantFrom("\n", ";\n", "; ", " # log level warn\n", '\n# log } "\n', ";;\n");

/** A rule in pieces, and where in it a mark belongs. */
const rule = fc
  .record({
    before: BEFORE,
    prefix: fc.option(PREFIX),
    named: fc.option(DESTINED),
    isFirst: fc.boolean(),
    after: AFTER,
    gap: GAP,
    ending: ENDING,
  })
  .map(({ before, prefix, named, isFirst, after, gap, ending }) => {
    const words = [prefix, named].filter((word) => word !== null);
    const head = before === "" ? "log" : `${before}${gap}log`;
    const tail = [...(isFirst ? words : words.toReversed()), ...(after === "" ? [] : [after])].map(
      (word) => gap + word,
    );
    const mark = named === null ? "<BARE>" : "";
    return { text: `${head}${tail.join("")}${ending}`, wanted: `${head}${mark}${tail.join("")}${ending}` };
  });

test("exactly the bare statements are marked, and nothing else changes", () => {
  const block = fc.constantFrom(
    "",
    "default log ip kernel\n",
    "default log {\n\tip6 user group 3 # log\n\tip none\n}\n",
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 8 }), block, fc.boolean(), (rules, log, isBehind) => {
      const text = (key: "text" | "wanted"): string => {
        return `table inet t {\n chain c {\n${rules.map((one) => one[key]).join("")}\n }\n}\n`;
      };
      const blank = log.replace(/[^\n]/g, " ");
      const around = (block: string, nft: string): string => (isBehind ? nft + block : block + nft);
      const parts = takeApart(around(log, text("text")), "f");
      expect(parts.marked.replaceAll(` group ${parts.sentinel}`, "<BARE>")).toBe(around(blank, text("wanted")));
      expect(parts.marked.replaceAll(` group ${parts.sentinel}`, "")).toBe(parts.nft);
      expect(parts.nft).toBe(around(blank, text("text")));
    }),
    { numRuns: RUNS },
  );
});

test("any text is taken apart, or refused with a fault", () => {
  const word = fc.constantFrom(
    ...'default log { } ; # " \\ $ @ table t add delete flush rule handle 3 ip kernel prefix flags , include jump'.split(
      " ",
    ),
    "\n",
    " ",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(word, { maxLength: 40 }).map((words) => words.join(" ")),
  );
  fc.assert(
    fc.property(text, (some) => {
      try {
        const { nft } = takeApart(some, "f");
        expect(nft.length).toBe(some.length);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }),
    { numRuns: RUNS * 5 },
  );
});
