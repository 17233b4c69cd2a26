import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowEvent, PacketEvent } from "../../src/index.ts";
import { LOADS_FOR_INVALID, RELEASE } from "./kernel.ts";
import { answerOf, BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

const HELPERS = fileURLToPath(new URL("../helpers", import.meta.url));
const SEND_INVALID = `${process.execPath} ${HELPERS}/send-invalid.js INET`;
const RULES = `table ip t { chain c { type filter hook input priority 0; ct state invalid counter; }; }`;

/** A packet that conntrack calls invalid, and what the kernel log has of it. The kernel writes a line before send returns. */
const TO_KERNEL_LOG = `dmesg --clear; ${SEND_INVALID}; dmesg --notime | grep -a nf_ct_proto_6 | head -n 1`;

/** A reader in the background, once it listens. */
const start = (name: string, args: string): string =>
  `netlogctl ${args} > /run/${name} 2> /run/${name}.err &
  ${name}=$!
  until grep -q reading /run/${name}.err; do kill -0 $${name} || { cat /run/${name}.err; exit 1; }; sleep 0.2; done`;

const LOG = (prefix: string): string =>
  `table ip u { chain c { type filter hook output priority 0; udp dport 9 log prefix "${prefix} "; }; }`;

/** A packet in blue, then one here, and what the kernel log has of them, in this order. */
const FROM_BOTH = `dmesg --clear
  ip netns exec blue bash -c 'echo > /dev/udp/127.0.0.1/9'
  echo > /dev/udp/127.0.0.1/9
  dmesg --notime | grep -o -E '^(BLUE|HERE)'`;

const INTENT = `version: 1
default-log: { ip: user group 0, ip6: kernel }
rules:
  - { name: seen, hook: output, match: { udp: { dport: 9 }, ct: { state: new } }, log: { prefix: "seen " } }
  - { name: grouped, hook: output, match: { udp: { dport: 9 } }, log: { prefix: "grouped ", group: 3 } }
`;

describe(`messages and namespaces on ${RELEASE}`, () => {
  const steps = {
    count: `nft '${RULES}'`,
    logInvalid: "netlogctl flows set log_invalid=tcp --json",
    tableInvalid: "cat $table",
    invalidToKernel: `netlogctl default log ip kernel >&2 && ${TO_KERNEL_LOG}`,
    invalidToUser: `netlogctl default log ip user group 0 >&2 || exit 1
      ${start("reader", "packets stream -g 0 --json --count 1")}
      ${TO_KERNEL_LOG}
      wait $reader; cat /run/reader`,
    invalidToNone: `netlogctl default log ip none >&2 && ${TO_KERNEL_LOG}`,
    apart: `netlogctl default log ip kernel >&2; ip netns add blue; ip -n blue link set lo up
      netlogctl logger bind ip nfnetlink_log --netns blue --json`,
    tableHere: "cat $table",
    tableBlue: "ip netns exec blue cat $table",
    log: `nft '${LOG("HERE")}'; ip netns exec blue nft '${LOG("BLUE")}'`,
    denied: FROM_BOTH,
    allow: "netlogctl netns allow --json",
    allowed: FROM_BOTH,
    apply: `cat > /run/netlog.yaml <<'END'\n${INTENT}END
      netlogctl rules apply -f /run/netlog.yaml --yes --json`,
    tableApplied: "cat $table",
    diff: "netlogctl rules diff /run/netlog.yaml live --exit-code",
    events: `${start("flows", "flows stream --event new --json --count 1")}
      ${start("packets", "packets stream -g 3 --conntrack --json --count 1")}
      echo > /dev/udp/127.0.0.1/9
      wait $flows $packets; cat /run/flows /run/packets`,
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("flows set log_invalid: what the kernel has the packets logged with is as it is told", () => {
    expect(after.count).toMatchObject({ code: 0, stderr: "" });
    expect(answerOf(after.logInvalid)).toMatchObject({ applied: true });
    expect(Object.keys(boundRows(after.tableInvalid.stdout))).toHaveLength(LOADS_FOR_INVALID ? 5 : 0);
  });

  test("conntrack-invalid goes to the kernel log where that is the default log", () => {
    expect(after.invalidToKernel.stdout).toMatch(/^nf_ct_proto_6: invalid tcp flag combination /);
  });

  test("conntrack-invalid goes to group 0, and there alone, where the default log is a group", () => {
    const [line, ...more] = after.invalidToUser.stdout.trim().split("\n");
    expect(more).toEqual([]);
    expect(JSON.parse(line ?? "") as PacketEvent).toMatchObject({
      prefix: "nf_ct_proto_6: invalid tcp flag combination ",
      group: 0,
      proto: "tcp",
      dst: "127.0.0.1",
    });
  });

  test("conntrack-invalid goes nowhere where the default log is none", () => {
    expect(after.invalidToNone.stdout).toBe("");
  });

  test("another namespace has bindings of its own", () => {
    expect(answerOf(after.apart)).toMatchObject({ applied: true });
    expect(boundRows(after.tableHere.stdout)).toMatchObject({ 2: "nf_log_ipv4" });
    expect(boundRows(after.tableBlue.stdout)).toMatchObject({ 2: "nfnetlink_log" });
  });

  test("another namespace writes to the kernel log once netns allow lets it", () => {
    expect(after.log).toMatchObject({ code: 0, stderr: "" });
    expect(after.denied.stdout).toBe("HERE\n");
    expect(answerOf(after.allow)).toMatchObject({ applied: true });
    expect(after.allowed.stdout).toBe("BLUE\nHERE\n");
  });

  test("rules apply: rules and bindings are those of the intent", () => {
    expect(answerOf(after.apply)).toMatchObject({ applied: true });
    expect(boundRows(after.tableApplied.stdout)).toMatchObject({ 2: "nfnetlink_log", 10: "nf_log_ipv6" });
    expect(after.diff).toMatchObject({ code: 0, stdout: "" });
  });

  test("packets and flows are read: a packet has the number of its flow", () => {
    const [flow, packet] = after.events.stdout.trim().split("\n");
    const { id } = JSON.parse(flow ?? "") as FlowEvent;
    expect(JSON.parse(flow ?? "")).toMatchObject({ kind: "flow", change: "new", dport: 9 });
    expect(JSON.parse(packet ?? "")).toMatchObject({ kind: "packet", prefix: "grouped ", group: 3, ct_id: id });
  });
});
