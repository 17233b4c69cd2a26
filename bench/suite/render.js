import { writeFileSync } from "node:fs";
import { netlogctl } from "../lab.js";
import { command } from "../measure.js";
import { fermRules, roundsOf, SIZES, words, writeRules } from "../rulesets.js";

const PARSE = "JSON.stringify(JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8')))";

/** What is decided without a kernel. */
export const benchmark = {
  about: "From an intent to what nft is handed, beside Node reading and writing those very rules as JSON, and ferm.",
  async *groups() {
    for (const n of SIZES) {
      writeRules("a", n);
      writeFileSync("/run/a.ferm", fermRules(n));
      const peer = "JSON.parse and stringify";
      yield {
        title: words(n),
        n,
        rounds: roundsOf(n),
        peer,
        cases: [
          command(peer, [process.execPath, "-e", PARSE, "/run/a.json"]),
          command("rules render", netlogctl("rules", "render", "-f", "/run/a.yaml")),
          command("rules render --as nft", netlogctl("rules", "render", "-f", "/run/a.yaml", "--as", "nft")),
          command("rules lint", netlogctl("rules", "lint", "-f", "/run/a.yaml", "--fail-on", "never")),
          command("rules convert", netlogctl("rules", "convert", "-f", "/run/a.json")),
          command("ferm --noexec --lines", ["ferm", "--noexec", "--lines", "/run/a.ferm"], { needs: "ferm" }),
        ],
      };
    }
  },
};
