import { beforeAll, expect, test } from "vitest";
import type { FlowEvent, PacketEvent } from "../../src/index.ts";
import { BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const RULES = `table inet t {
  chain c {
    type filter hook output priority 0
    ct state new udp dport 9 log prefix "new " group 3
  }
}`;

/** A reader in the background, once it listens. */
const start = (name: string, args: string): string =>
  `netlogctl ${args} > /run/${name} 2> /run/${name}.err &
  ${name}=$!
  until grep -q reading /run/${name}.err; do kill -0 $${name} || { cat /run/${name}.err; exit 1; }; sleep 0.2; done`;

const steps = {
  setUp: `nft '${RULES}'; ip link set lo up; lsmod | grep -c '^nf_conntrack_netlink' || true`,
  flow: `${start("flows", "flows stream --event new,destroy --json --count 1")}
  ${start("packets", "packets stream -g 3 --conntrack --json --count 1")}
  echo > /dev/udp/127.0.0.1/9
  wait $flows $packets
  cat /run/flows /run/packets
  netlogctl flows list --json -w 'dport = 9'
  lsmod | grep -o '^nf_conntrack_netlink'`,
};
let after: Record<keyof typeof steps, StepResult>;

beforeAll(async () => {
  after = await runSteps(steps);
}, BOOT_TIMEOUT_MS);

test("the kernel loads what tells of flows when it is asked; a packet has the number of its flow", () => {
  expect(after.setUp).toMatchObject({ code: 0, stdout: "0\n" });
  expect(after.flow).toMatchObject({ code: 0 });
  const [flow, packet, listed, module] = after.flow.stdout.trim().split("\n");
  const { id } = JSON.parse(flow ?? "") as FlowEvent;
  expect(JSON.parse(flow ?? "")).toMatchObject({ kind: "flow", change: "new", dport: 9 });
  expect(JSON.parse(packet ?? "") as PacketEvent).toMatchObject({ prefix: "new ", ct_id: id, ct_state: "new" });
  expect(JSON.parse(listed ?? "")).toMatchObject({ kind: "flow", change: "listed", id });
  expect(module).toBe("nf_conntrack_netlink");
});
