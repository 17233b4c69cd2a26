import { rmSync, writeFileSync } from "node:fs";
import { netlogctl, ok } from "../lab.js";
import { command, run, sum } from "../measure.js";
import { at, startNeighbours } from "../neighbours.js";
import { fermRules, intent, roundsOf, SIZES, words, writeRules } from "../rulesets.js";

const NODE = "node -e 0";
const JSON_PEER = "nft -j list, -j -f, -j list";
const TWICE = "nft -j list, twice";
const node = command(NODE, [process.execPath, "-e", "0"]);
const apply = (name) => run(netlogctl("rules", "apply", "-f", `/run/${name}.yaml`, "--yes"));
const list = () => run(["nft", "-j", "list", "ruleset"]);
const listText = () => run(["nft", "list", "ruleset"]);

/** As if nothing had ever been applied. */
function clear() {
  ok("nft", "flush", "ruleset");
  rmSync("/var/lib/netlogctl", { recursive: true, force: true });
}

const fresh = (name, measured) => ({
  name,
  run: () => {
    clear();
    return measured();
  },
});

function few() {
  writeFileSync("/run/a.yaml", intent(20));
  apply("a");
  return {
    title: "20 rules, nothing to do",
    rounds: 15,
    peer: NODE,
    cases: [
      node,
      { name: "rules apply", run: () => apply("a") },
      command("ufw status", at("ufw", "ufw", "status"), { needs: "ufw" }),
      command("ferm", at("ferm", "ferm", "/run/ferm.conf"), { needs: "ferm" }),
    ],
    goals: [{ of: "rules apply", figure: "wall", most: 2.6, to: NODE }],
  };
}

const TWO_LISTS = { name: TWICE, run: () => sum(list(), list()) };
const AGAIN = [
  { name: "rules apply, one changed", run: () => apply("b") },
  { name: "rules apply, nothing to do", run: () => apply("b") },
];

function many(n) {
  writeRules("a", n);
  writeFileSync(
    "/run/b.yaml",
    intent(n, (index) => index === n >> 1),
  );
  writeFileSync("/run/a.ferm", fermRules(n));
  const isMost = n === SIZES.at(-1);
  return {
    title: words(n),
    n,
    rounds: roundsOf(n),
    peer: JSON_PEER,
    cases: [
      node,
      fresh("nft list, -f, list", () => sum(listText(), run(["nft", "-f", "/run/a.nft"]), listText())),
      fresh(JSON_PEER, () => sum(list(), run(["nft", "-j", "-f", "/run/a.json"]), list())),
      ...(isMost ? [] : [command("ferm", at("ferm", "ferm", "/run/a.ferm"), { needs: "ferm" })]),
      fresh("rules apply, all new", () => apply("a")),
      TWO_LISTS,
      ...(isMost ? [] : AGAIN),
    ],
    goals: [
      { of: "rules apply, all new", figure: "wall", most: 1.3, to: JSON_PEER, besides: NODE },
      ...(n === 10_000
        ? [{ of: "rules apply, one changed", figure: "wall", most: 1.3, to: TWICE, besides: NODE }]
        : []),
      ...(isMost ? [{ of: "rules apply, all new", figure: "memory", most: 1.5, to: TWICE }] : []),
    ],
  };
}

/** Rules put into the kernel, and read back. */
export const benchmark = {
  about:
    "An intent applied and verified, beside what that cannot do without: nft listing the ruleset, taking the rules, and listing them.",
  async *groups() {
    startNeighbours();
    yield few();
    for (const n of SIZES) yield many(n);
  },
};
