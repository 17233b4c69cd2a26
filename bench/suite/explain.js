import { netlogctl, ok } from "../lab.js";
import { command } from "../measure.js";
import { roundsOf, SIZES, words, writeRules } from "../rulesets.js";

const PEER = "nft -j list ruleset";

/** What logs packets, and where its lines go. */
export const benchmark = {
  about:
    "All that logs in a ruleset, and where its lines go, beside nft listing that ruleset; then the same of a recorded one.",
  async *groups() {
    for (const n of SIZES) {
      writeRules("a", n);
      ok("nft", "-j", "-f", "/run/a.json");
      ok(...netlogctl("record", `/run/recorded-${n}`));
      yield {
        title: words(n),
        n,
        rounds: roundsOf(n),
        peer: PEER,
        cases: [
          command(PEER, ["nft", "-j", "list", "ruleset"]),
          command("explain", netlogctl("explain")),
          command("explain --json", netlogctl("explain", "--json")),
          command("explain --machine", netlogctl("explain", "--machine", `/run/recorded-${n}`)),
        ],
      };
      ok("nft", "flush", "ruleset");
    }
  },
};
