import { beforeAll, expect, test } from "vitest";
import type { LogSite } from "../../src/index.ts";
import { answerOf, BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const RULES = (where: string): string => `table inet t {
  chain spare {
    log prefix "${where}-SPARE "
  }
  chain c {
    type filter hook output priority 0
    udp dport 9 counter log prefix "${where} "
    udp dport 9 log prefix "${where}-DEBUG " level debug flags all
    udp dport 9 log prefix "${where}-GROUP " group 7
    udp dport 9 accept
    udp dport 10 log prefix "${where}-OTHER "
    accept
    log prefix "${where}-DEAD "
  }
}`;

/**
 * A packet in blue, then one here, and what the kernel log has of them. The kernel writes a line before send returns, so
 * once the later line is there the earlier one is, or never will be.
 */
const SEND = `dmesg --clear
  ip netns exec blue bash -c 'echo > /dev/udp/127.0.0.1/9'
  echo > /dev/udp/127.0.0.1/9
  dmesg --notime | grep -o -E '^(BLUE|HERE)[A-Z-]*' | sort -u`;

const EXPLAIN = "netlogctl explain --netns all --json";

const steps = {
  setUp: `ip netns add blue; ip -n blue link set lo up
    nft '${RULES("HERE")}'; ip netns exec blue nft '${RULES("BLUE")}'
    for row in 2 10; do echo nfnetlink_log > /proc/sys/net/netfilter/nf_log/$row; done`,
  linesDenied: SEND,
  denied: EXPLAIN,
  allow: "echo 1 > /proc/sys/net/netfilter/nf_log_all_netns",
  linesAllowed: SEND,
  allowed: EXPLAIN,
};
let after: Record<keyof typeof steps, StepResult>;

beforeAll(async () => {
  after = await runSteps(steps);
}, BOOT_TIMEOUT_MS);

/** The prefixes of rules that are said to write to the kernel log when a packet to port 9 passes. */
function toKernelLog(step: StepResult): string[] {
  const sites = answerOf<LogSite[]>(step).filter(
    ({ kind, condition }) => kind === "rule" && condition === "udp dport 9",
  );
  return sites.flatMap(({ to, prefix }) => (to === "kernel log" ? [String(prefix).trim()] : [])).sort();
}

/** The prefixes of the lines that arrived. */
function linesOf({ stdout }: StepResult): string[] {
  return stdout.trim().split("\n").sort();
}

test.each([
  ["0: here alone", "linesDenied", "denied", ["HERE", "HERE-DEBUG"]],
  ["1: from everywhere", "linesAllowed", "allowed", ["BLUE", "BLUE-DEBUG", "HERE", "HERE-DEBUG"]],
] as const)("bare log goes where explain says, with nf_log_all_netns %s", (_, lines, sites, expected) => {
  expect(after.setUp).toMatchObject({ code: 0, stderr: "" });
  expect(linesOf(after[lines])).toEqual(expected);
  expect(toKernelLog(after[sites])).toEqual(expected);
  const blue = answerOf<LogSite[]>(after[sites]).filter(({ netns, prefix }) => netns === "blue" && prefix === "BLUE ");
  expect(blue).toMatchObject([
    sites === "denied"
      ? { to: "nowhere", why: "nf_log_all_netns is 0", remedy: expect.stringContaining("netlogctl netns allow") }
      : { to: "kernel log", why: "dmesg of the initial namespace", remedy: null },
  ]);
  const unreached = answerOf<LogSite[]>(after[sites]).filter(({ prefix }) => /DEAD|SPARE/.test(prefix ?? ""));
  expect(unreached.map(({ to }) => to)).toEqual(Array(4).fill("nowhere"));
});
