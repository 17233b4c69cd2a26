import { beforeAll, expect, test } from "vitest";
import type { PacketEvent } from "../../src/index.ts";
import { BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

/** Each packet goes to the kernel log and to a group. */
const RULES = `table inet t {
  chain c {
    type filter hook output priority 0
    meta l4proto { tcp, udp, icmp, ipv6-icmp } log prefix "SYSFW:new " log prefix "SYSFW:new " group 3
  }
}`;

/** Opened ports, closed ports and what is answered, of both families: what comes of it are the same packets for both readers. */
const SEND = `for address in 127.0.0.1 ::1; do
    echo > /dev/udp/$address/9
    (echo > /dev/tcp/$address/9) 2> /dev/null
  done`;

const PACKETS = 8;

/** A stream in the background, once it listens. */
const start = (name: string, args: string): string =>
  `netlogctl packets stream ${args} > /run/${name} 2> /run/${name}.err &
  ${name}=$!
  until grep -q reading /run/${name}.err; do sleep 0.2; done`;

const steps = {
  setUp: `nft '${RULES}'; ip link set lo up`,
  streams: `${start("kmsg", `--source kmsg --json --count ${PACKETS}`)}
  ${start("nflog", `-g 3 --json --count ${PACKETS}`)}
  dmesg --clear
  ${SEND}
  wait $kmsg $nflog
  cat /run/kmsg /run/nflog`,
  lines: `${start("iptables", `-g 3 -F iptables --count ${PACKETS}`)}
  dmesg --clear
  ${SEND}
  wait $iptables
  dmesg --notime | grep '^SYSFW' > /run/kernel
  diff /run/kernel /run/iptables`,
};
let after: Record<keyof typeof steps, StepResult>;

beforeAll(async () => {
  after = await runSteps(steps);
}, BOOT_TIMEOUT_MS);

test("lines of the kernel log and packets of a group are told alike", () => {
  expect(after.setUp).toMatchObject({ code: 0, stderr: "" });
  const events = after.streams.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as PacketEvent);
  expect(events.map(({ source }) => source)).toEqual([
    ...Array.from({ length: PACKETS }, () => "kmsg"),
    ...Array.from({ length: PACKETS }, () => "nflog"),
  ]);
  const alike = events.map(({ prefix, topic, src, dst, proto, sport, dport, len, ttl, out }) => ({
    ...{ prefix, topic, src, dst, proto, sport, dport, len, ttl, out },
  }));
  expect(alike.slice(0, PACKETS)).toEqual(alike.slice(PACKETS));
});

test("packets of a group in the form of the kernel log are its lines", () => {
  expect(after.lines).toMatchObject({ code: 0, stdout: "" });
});
