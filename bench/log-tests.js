// How long 100 log tests take, beside the least that a shell script would need for them without sending a packet: 100 times
// a network namespace, its interfaces and the rules, as many at once as there are processors. Run it with npm run bench:tests.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COUNT = Number(process.argv[2] ?? 100);
const ROUNDS = 5;
const main = fileURLToPath(new URL("../dist/bin/netlogctl.cjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "netlogctl-bench-"));
const path = (name) => join(directory, name);
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
delete env.NODE_EXTRA_CA_CERTS; // read at every start by Node 20

const rules = Array.from(
  { length: 20 },
  (_, at) => `tcp dport ${at + 20} ct state new log prefix "port ${at} " group 5`,
);
writeFileSync(
  path("rules.nft"),
  `table inet t {\n chain c {\n type filter hook input priority 0;\n ${rules.join("\n ")}\n }\n}\n`,
);
const tests = Array.from({ length: COUNT }, (_, at) => {
  const packets = `[{ in: eth0, tcp: { dport: ${20 + (at % 20)} }, times: 5 }, { in: lan0, icmp: echo-request }]`;
  return `  - { name: t${at}, packets: ${packets}, logged: [{ prefix: "port ${at % 20} ", to: group 5, count: 5 }], only: true }`;
});
const interfaces = "interfaces: { eth0: [192.0.2.1/24, 2001:db8::1/64], lan0: [10.0.0.1/24] }";
writeFileSync(path("t.yaml"), `version: 1\nruleset: rules.nft\n${interfaces}\ntests:\n${tests.join("\n")}\n`);
writeFileSync(
  path("links"),
  `link set lo up
link add name eth0 type veth peer name p0
link add name lan0 type veth peer name p1
link set eth0 up
link set lan0 up
addr add 192.0.2.1/24 dev eth0
addr add 2001:db8::1/64 dev eth0 nodad
addr add 10.0.0.1/24 dev lan0
`,
);

const once = `unshare -n sh -c 'ip -batch ${path("links")} && nft -f ${path("rules.nft")}'`;
const cases = {
  "a shell: namespace, interfaces, rules": [
    "sh",
    "-c",
    `seq ${COUNT} | xargs -P ${availableParallelism()} -I_ ${once}`,
  ],
  "netlogctl rules test": [process.execPath, main, "rules", "test", path("t.yaml")],
  "netlogctl rules test --coverage": [process.execPath, main, "rules", "test", path("t.yaml"), "--coverage"],
};
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, [file, ...args]] of Object.entries(cases)) {
      const begin = performance.now();
      const { status, stderr } = spawnSync(file, args, { env, encoding: "utf8" });
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      times[name].push(performance.now() - begin);
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const [base] = Object.values(times).map(median);
process.stdout.write(`${COUNT} tests\n`);
for (const [name, values] of Object.entries(times)) {
  const ms = median(values);
  process.stdout.write(`${name.padEnd(42)} ${ms.toFixed(0).padStart(7)} ms ${(ms / base).toFixed(2).padStart(6)} x\n`);
}
