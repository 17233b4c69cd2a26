import { copyFileSync } from "node:fs";
import { netlogctl, ok } from "../lab.js";
import { command, OUTPUT, run } from "../measure.js";
import { roundsOf, SIZES, words, writeRules } from "../rulesets.js";

const SHARES = [0, 1, 10, 100];
const NODE = "node -e 0";

/** Writes what nft lists of n rules, of which this share is edited, as JSON and as text. */
function list(n, share) {
  writeRules("rules", n, (at) => (at * 7919) % 100 < share);
  ok("nft", "-j", "-f", "/run/rules.json");
  for (const [ending, option] of Object.entries({ json: ["-j"], nft: [] })) {
    run(["nft", ...option, "list", "ruleset"]);
    copyFileSync(OUTPUT, `/run/${share}.${ending}`);
  }
  ok("nft", "flush", "ruleset");
}

const goalOf = (share) => ({
  of: `rules diff, ${share} %`,
  figure: "wall",
  most: 2,
  to: `diff -u, ${share} %`,
  besides: NODE,
});

/** Two rulesets compared. */
export const benchmark = {
  about: "Two listings of nft compared by meaning, beside GNU diff comparing their texts line by line.",
  async *groups() {
    for (const n of SIZES) {
      for (const share of SHARES) list(n, share);
      yield {
        title: words(n),
        n,
        rounds: roundsOf(n),
        peer: "diff -u",
        cases: [
          command(NODE, [process.execPath, "-e", "0"]),
          ...SHARES.flatMap((share) => [
            // diff ends with 1 where there is a difference.
            command(`diff -u, ${share} %`, ["sh", "-c", `diff -u /run/0.nft /run/${share}.nft || test $? = 1`], {
              peer: `diff -u, ${share} %`,
            }),
            command(`rules diff, ${share} %`, netlogctl("rules", "diff", "/run/0.json", `/run/${share}.json`), {
              peer: `diff -u, ${share} %`,
            }),
          ]),
        ],
        goals: n === SIZES.at(-1) ? SHARES.map(goalOf) : [],
      };
    }
  },
};
