import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { netlogctl } from "../lab.js";
import { command } from "../measure.js";

const COUNT = 100;
const PEER = "a shell script";
const LINKS = `link set lo up
link add name eth0 type veth peer name p0
link add name lan0 type veth peer name p1
link set eth0 up
link set lan0 up
addr add 192.0.2.1/24 dev eth0
addr add 2001:db8::1/64 dev eth0 nodad
addr add 10.0.0.1/24 dev lan0
`;

function writeTests() {
  const rules = Array.from(
    { length: 20 },
    (_, at) => `tcp dport ${at + 20} ct state new log prefix "port ${at} " group 5`,
  );
  writeFileSync(
    "/run/rules.nft",
    `table inet t {\n chain c {\n type filter hook input priority 0;\n ${rules.join("\n ")}\n }\n}\n`,
  );
  const tests = Array.from({ length: COUNT }, (_, at) => {
    const packets = `[{ in: eth0, tcp: { dport: ${20 + (at % 20)} }, times: 5 }, { in: lan0, icmp: echo-request }]`;
    return `  - { name: t${at}, packets: ${packets}, logged: [{ prefix: "port ${at % 20} ", to: group 5, count: 5 }], only: true }`;
  });
  const interfaces = "interfaces: { eth0: [192.0.2.1/24, 2001:db8::1/64], lan0: [10.0.0.1/24] }";
  writeFileSync("/run/t.yaml", `version: 1\nruleset: rules.nft\n${interfaces}\ntests:\n${tests.join("\n")}\n`);
  writeFileSync("/run/links", LINKS);
}

/** Packets through rules. */
export const benchmark = {
  about: `${COUNT} log tests, beside the least that a shell script would need for them without sending a packet: as often a network namespace, its interfaces and the rules, as many at once as there are processors.`,
  async *groups() {
    writeTests();
    const once = "unshare -n sh -c 'ip -batch /run/links && nft -f /run/rules.nft'";
    yield {
      title: `${COUNT} tests`,
      rounds: 5,
      peer: PEER,
      cases: [
        command(PEER, ["sh", "-c", `seq ${COUNT} | xargs -P ${availableParallelism()} -I_ ${once}`]),
        command("rules test", netlogctl("rules", "test", "/run/t.yaml")),
        command("rules test --coverage", netlogctl("rules", "test", "/run/t.yaml", "--coverage")),
      ],
    };
  },
};
