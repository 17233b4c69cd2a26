import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const RULES = (prefix: string): string =>
  `table ip t { chain c { type filter hook output priority 0; udp dport 9 log prefix "${prefix} "; }; }`;

/**
 * A packet in blue, then one here, and what the kernel log has of them. The kernel writes a line before send returns, so
 * once the later line is there the earlier one is, or never will be.
 */
const SEND = `dmesg --clear
  ip netns exec blue bash -c 'echo > /dev/udp/127.0.0.1/9'
  echo > /dev/udp/127.0.0.1/9
  dmesg --notime | grep -o -E '^(BLUE|HERE)'`;

describe("nf_log_all_netns", () => {
  const steps = {
    setUp: `ip netns add blue; ip -n blue link set lo up
      nft '${RULES("HERE")}'; ip netns exec blue nft '${RULES("BLUE")}'`,
    shown: "netlogctl netns show --json",
    lines: SEND,
    statusInBlue: "netlogctl status --netns blue --json",
    allow: "netlogctl netns allow --json",
    value: "cat /proc/sys/net/netfilter/nf_log_all_netns",
    linesAllowed: SEND,
    shownInBlue: "netlogctl netns show --netns blue --json",
    textInBlue: "netlogctl netns show --netns blue",
    statusInBlueAllowed: "netlogctl status --netns blue --json",
    denyInBlue: "netlogctl netns deny --netns blue --json",
    deny: "netlogctl netns deny",
    valueDenied: "cat /proc/sys/net/netfilter/nf_log_all_netns",
    linesDenied: SEND,
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("is off at first: lines of another namespace do not arrive", () => {
    expect(after.setUp).toMatchObject({ code: 0, stderr: "" });
    expect(answerOf(after.shown)).toEqual({
      isHere: true,
      path: "/proc/sys/net/netfilter/nf_log_all_netns",
      value: 0,
    });
    expect(after.lines.stdout).toBe("HERE\n");
  });

  test("netns allow turns it on: they arrive", () => {
    expect(answerOf(after.allow)).toMatchObject({
      applied: true,
      changes: [{ what: "nf_log_all_netns", before: "0", after: "1" }],
    });
    expect(after.value.stdout).toBe("1\n");
    expect(after.linesAllowed.stdout).toBe("BLUE\nHERE\n");
  });

  test("another namespace says where the switch is, and what it reads there", () => {
    expect(answerOf(after.shownInBlue)).toEqual({
      isHere: false,
      path: "/proc/sys/net/netfilter/nf_log_all_netns",
      value: 1,
    });
    expect(after.textInBlue.stdout).toMatch(/^nf_log_all_netns: 1: .*nf_log_all_netns in the initial namespace\n$/);
  });

  test("another namespace cannot turn it, and says where to", () => {
    expect(after.denyInBlue.code).toBe(1);
    expect(JSON.parse(after.denyInBlue.stdout)).toMatchObject({
      error: { code: "not-supported", remedy: expect.stringContaining("netlogctl netns deny") },
    });
  });

  test("status of another namespace finds its kernel log silent, until it is on", () => {
    expect(problemsOf(after.statusInBlue)).toContain("kernel-log-silent");
    expect(problemsOf(after.statusInBlueAllowed)).not.toContain("kernel-log-silent");
  });

  test("netns deny turns it off again", () => {
    expect(after.deny).toMatchObject({ code: 0, stdout: "nf_log_all_netns: 1 -> 0\n" });
    expect(after.valueDenied.stdout).toBe("0\n");
    expect(after.linesDenied.stdout).toBe("HERE\n");
  });
});

function problemsOf(step: StepResult): string[] {
  return answerOf<{ problems: { code: string }[] }>(step).problems.map(({ code }) => code);
}
