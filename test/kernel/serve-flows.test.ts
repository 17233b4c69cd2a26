import { expect, test } from "vitest";
import type { FlowEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";
import { openServe, writeIntent } from "../helpers/serve.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain out {
    type filter hook output priority 0
    ct state new udp dport 9 log prefix "drop:nine " group 1
  }
}
`;

const intentOf = (flows: string): string => `version: 1
serve:
  groups: [1]
  flows: ${flows}
  store: { topics: [{ match: ["nft:*", "ct:*"], max-size: 64MiB }] }
  metrics: /run/metrics.sock
`;

/** Waits until so many events of a topic came since the service began. */
async function received(lab: Lab, topic: string, count: number): Promise<void> {
  const figures = `'${process.execPath}' ${HELPERS}/http-get.js /run/metrics.sock /metrics`;
  const wanted = `netlogctl_received_total{topic="${topic}"} ${count}`;
  await lab.run("sh", ["-c", `until ${figures} | grep -qF '${wanted}'; do :; done`]);
}

test("flows are told, stored and found beside packets; SIGHUP has others told, and a trail has both", async () => {
  await using lab = await openLab();
  await ruleset(lab, RULES);
  const set = await lab.netlogctl("flows", "set", "acct=on", "timestamp=on", "events=on");
  expect(set).toMatchObject({ code: 0 });
  const served = await openServe(lab, intentOf("{}"));
  await sendUdp(lab, 9, 10);
  await received(lab, "ct:new:udp", 2);
  await lab.run("conntrack", ["-D", "-p", "udp", "--dport", "9"]);
  await received(lab, "ct:destroy:udp", 1);

  const bus = lab.start(process.execPath, [
    ...[MAIN, "flows", "stream", "--source", "bus", "--after", "0", "--json", "--event", "destroy"],
  ]);
  expect(JSON.parse(await bus.line('"schema":1'))).toMatchObject({
    ...{ kind: "flow", change: "destroy", dport: 9, packets: 1, start_source: "kernel" },
  });

  await writeIntent(lab, intentOf("{ events: [destroy], proto: [udp] }"));
  await served.signal("HUP");
  await served.running.line("read the intent again: reading NFLOG group 1 and flows");
  await sendUdp(lab, 11);
  await lab.run("conntrack", ["-F"]);
  await received(lab, "ct:destroy:udp", 3);

  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  await bus.ended;
  const { stdout } = await lab.netlogctl("flows", "query", "--json");
  const flows = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as FlowEvent);
  expect(flows.map(({ change, dport }) => [change, dport]).toSorted()).toEqual([
    ...[
      ["destroy", 10],
      ["destroy", 11],
      ["destroy", 9],
    ],
    ...[
      ["new", 10],
      ["new", 9],
    ],
  ]);
  const trail = await lab.netlogctl("trail", String(flows.find(({ dport }) => dport === 9)?.id), "--json");
  const { conversations } = JSON.parse(trail.stdout) as { conversations: { events: { kind: string }[] }[] };
  expect(conversations.map(({ events }) => events.map(({ kind }) => kind).toSorted())).toEqual([
    ["flow", "flow", "packet"],
  ]);

  const again = await openServe(lab, intentOf("{}"));
  await again.signal("TERM");
  expect(await again.running.ended).toBe(0);
  const [loss] = (await lab.netlogctl("flows", "query", "--json")).stdout.split("\n").slice(-2);
  expect(JSON.parse(loss ?? "")).toMatchObject({
    ...{ kind: "loss", source: "conntrack", count: 0, why: expect.stringContaining("no log service ran") },
    since: expect.stringMatching(/Z$/),
  });
});
