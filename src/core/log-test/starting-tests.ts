import { parseTestFile } from "./test-file.ts";

const HEAD = `# What is to be logged of which packets. netlogctl rules test -h says how it is run, netlogctl rules schema --tests what may
# stand here. Each test has a network namespace of its own: nothing of this machine is touched.
version: 1
`;

const INTERFACES = `
# The interfaces of the namespaces; what lies behind none of them lies behind the first.
interfaces:
  eth0: [192.0.2.1/24, 2001:db8::1/64]
  lan0: [10.0.0.1/24, 2001:db8:1::1/64]

tests:
`;

const EXAMPLE = `  ## One of one's own, to be uncommented: twenty attempts from outside make no more lines than the limit lets through.
  # - name: ssh from outside is logged, within its limit
  #   packets: [{ in: eth0, from: 198.51.100.7, tcp: { dport: 22 }, times: 20 }]
  #   logged: [{ prefix: "ssh:new ", to: kernel, count: 10 }]   # or to: group 5, with snaplen: 96
  #   not-logged: [{ prefix: "drop:*" }]
  - name: what nobody asks for is not logged
    packets: [{ in: eth0, udp: { dport: 9 } }]
    not-logged: [{ prefix: "ssh:*" }]
`;

/**
 * A file of log tests to start from: those of the templates that the intent uses, then an example.
 * @param intent the path of the intent from the file of tests on
 */
export function startingTests(intent: string, ofTemplates: readonly { text: string; source: string }[]): string {
  const files = ofTemplates.map(({ text, source }) => ({ ...parseTestFile(text, source), text }));
  const rulesets = [...new Set(files.flatMap(({ ruleset }) => (ruleset?.includes("\n") === true ? [ruleset] : [])))];
  const there =
    rulesets.length === 0
      ? ""
      : `\n# What is there already, for rules that go into chains of others.\nruleset: |\n${indented(rulesets.join(""))}`;
  const tests = files.map(({ text }) => text.slice(text.search(/^tests:$/m) + "tests:\n".length));
  return `${HEAD}intent: ${JSON.stringify(intent)}\n${there}${INTERFACES}${[...tests, EXAMPLE].join("\n")}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
