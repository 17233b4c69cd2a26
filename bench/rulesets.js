// Rulesets of a size, as different tools want them written. The same rule each time: a source, a port, a limit, a log.
import { copyFileSync, writeFileSync } from "node:fs";
import { netlogctl } from "./lab.js";
import { OUTPUT, run } from "./measure.js";

/** The sizes whose growth is shown. */
export const SIZES = [1000, 10_000, 50_000];

/** So many rounds that a run of all ends in time. */
export const roundsOf = (n) => (n > 1000 ? 3 : 7);

/** The number as people write it. */
export const words = (n) => `${n.toLocaleString("en")} rules`;

const sourceOf = (at) => `10.${(at >> 8) & 255}.${at & 255}.0/24`;

/** An intent of n rules; isEdited tells which have another port and another limit. */
export function intent(n, isEdited = () => false) {
  const rules = Array.from({ length: n }, (_, at) => {
    const [port, rate] = isEdited(at) ? [(at % 60_000) + 1, 6] : [at % 60_000, 5];
    const match = `{ iifname: eth${at % 9}, ip: { saddr: ${sourceOf(at)} }, tcp: { dport: ${port} } }`;
    return `  - { name: r-${at}, hook: input, match: ${match}, log: { prefix: "r:${at} ", group: ${at % 10} }, limit: ${rate}/minute burst 10 }\n`;
  });
  return `version: 1\nrules:\n${rules.join("")}`;
}

/** The same rules for ferm, without the table's name that iptables lacks. */
export function fermRules(n) {
  const rules = Array.from(
    { length: n },
    (_, at) =>
      `    interface eth${at % 9} saddr ${sourceOf(at)} proto tcp dport ${at % 60_000} mod limit limit 5/minute limit-burst 10 NFLOG nflog-group ${at % 10} nflog-prefix "r:${at} ";\n`,
  );
  return `table filter chain INPUT {\n${rules.join("")}}\n`;
}

/** Writes an intent of n rules, and as JSON and text what nft is handed of it: /run/NAME.yaml, .json and .nft. */
export function writeRules(name, n, isEdited) {
  writeFileSync(`/run/${name}.yaml`, intent(n, isEdited));
  for (const form of ["json", "nft"]) {
    run(netlogctl("rules", "render", "-f", `/run/${name}.yaml`, "--as", form));
    copyFileSync(OUTPUT, `/run/${name}.${form}`);
  }
}
