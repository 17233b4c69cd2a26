import { beforeAll, describe, expect, test } from "vitest";
import type { LogTestReport } from "../../src/index.ts";
import { answerOf, BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const TESTS = `version: 1
intent:
  version: 1
  rules:
    - { name: in, hook: input, match: { udp: { dport: 9 } }, log: { prefix: "in: ", level: info } }
    - { name: out, hook: output, match: { tcp: { dport: 25 } }, log: { prefix: "out ", flags: [ether] } }
    - { name: group, hook: input, match: { l4proto: sctp }, log: { prefix: "sctp ", group: 5 } }
interfaces: { eth0: [192.0.2.1/24, 2001:db8::1/64] }
tests:
  - name: to the kernel log, over both versions
    packets: [{ in: eth0, udp: { dport: 9 }, times: 2 }, { in: eth0, from: "2001:db8::9", udp: { dport: 9 } }]
    logged: [{ prefix: "in: ", to: kernel, level: info, in: eth0, count: 3 }]
    only: true
  - name: what this host sends, and a group beside it
    packets: [{ out: eth0, to: 198.51.100.1, tcp: { dport: 25 } }, { in: eth0, sctp: { dport: 5000 } }]
    logged: [{ prefix: "out ", to: kernel, level: warn, out: eth0, count: 1 }, { prefix: "sctp ", to: group 5 }]
    only: true
  - name: nothing
    packets: [{ in: eth0, icmp: echo-request }]
    logged: []
`;

describe("rules test on a kernel with modules", () => {
  const steps = {
    write: `cat > /run/t.yaml <<'END'\n${TESTS}END`,
    byGroups: "netlogctl rules test /run/t.yaml --json",
    denied: "netlogctl rules test /run/t.yaml --kernel-log",
    allow: "netlogctl netns allow",
    fromKernelLog: "netlogctl rules test /run/t.yaml --kernel-log --json",
    left: "nft list ruleset; ip -brief link | grep -v ^lo; ip netns list",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("by groups in place of the kernel log", () => {
    expect(answerOf<LogTestReport>(after.byGroups)).toMatchObject({ passed: 3, failed: 0 });
  });

  test("the kernel log itself can be read only where the switch is on", () => {
    expect(after.denied.code).toBe(2);
    expect(after.denied.stderr).toContain("nf_log_all_netns is 0");
    expect(after.allow.code).toBe(0);
    expect(answerOf<LogTestReport>(after.fromKernelLog)).toMatchObject({ passed: 3, failed: 0 });
  });

  test("nothing is left", () => {
    expect(after.left.stdout).toBe("");
  });
});
