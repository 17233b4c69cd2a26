import { expect, test } from "vitest";
import { renderFlowSummary } from "../../../src/cli/flow-summary-text.ts";
import { FlowSummarizer } from "../../../src/core/store/flow-summary.ts";
import { FlowTop } from "../../../src/core/store/flow-top.ts";
import { Summarizer } from "../../../src/core/store/summary.ts";
import { at, flowOf } from "../../helpers/flows.ts";
import { trafficOf } from "../../helpers/traffic.ts";

const EVENTS = [
  flowOf("new", at(0)),
  flowOf("update", at(1), { bytes: 70 }),
  flowOf("destroy", at(9), { bytes: 500, packets: 5, duration: 9 }),
  flowOf("new", at(2), { id: 2, dst: "192.0.2.2", proto: "udp", dport: 53 }),
  flowOf("destroy", at(40), { id: 2, dst: "192.0.2.2", proto: "udp", dport: 53, bytes: 100, duration: 38 }),
  flowOf("destroy", at(41), { id: 3, src: "10.0.0.6", bytes: 10 }),
];

function summaryOf(most: number) {
  const summarizer = new FlowSummarizer(most);
  for (const event of EVENTS) summarizer.add(event);
  summarizer.add({ schema: 1, kind: "loss", ts: at(3), count: 4, source: "conntrack", why: "" });
  for (const packet of trafficOf(["a"], 3, 0)) summarizer.add(packet);
  return summarizer.summary();
}

test("bytes are counted where a flow ends, and once", () => {
  const { flows, services, sources, destinations, losses, lost, from, to } = summaryOf(10);
  expect({ flows, losses, lost, from, to }).toEqual({
    flows: { new: 2, update: 1, destroy: 3, listed: 0 },
    ...{ losses: 1, lost: 4, from: at(0), to: at(41) },
  });
  expect(services).toEqual([
    { what: "tcp/443", begun: 1, ended: 2, bytes: 510 },
    { what: "udp/53", begun: 1, ended: 1, bytes: 100 },
  ]);
  expect(sources.map(({ what, bytes }) => [what, bytes])).toEqual([
    ["10.0.0.5", 600],
    ["10.0.0.6", 10],
  ]);
  expect(destinations.map(({ what }) => what)).toEqual(["192.0.2.1", "192.0.2.2"]);
});

test("the longest, so many", () => {
  expect(summaryOf(10).longest.map(({ duration }) => duration)).toEqual([38, 9]);
  expect(summaryOf(1).longest).toEqual([
    { ts: at(40), proto: "udp", ends: "10.0.0.5:40000 > 192.0.2.2:53", duration: 38, bytes: 100 },
  ]);
});

test("as a page", () => {
  const page = renderFlowSummary(summaryOf(10));
  expect(page).toContain(
    `6 events of flows (2 begun, 1 updated, 3 ended) from ${at(0)} to ${at(41)}; 1 loss of 4 events\n`,
  );
  expect(page).toMatch(/\nSERVICE +BEGUN +ENDED +BYTES\ntcp\/443 +1 +2 +510\n/);
  expect(page).toMatch(
    /\nLONGEST +ENDED +SECONDS +BYTES\nudp 10\.0\.0\.5:40000 > 192\.0\.2\.2:53 +\S+ +38\.000 +100\n/,
  );
  expect(renderFlowSummary(new FlowSummarizer(1).summary())).toBe("no flows");
});

test("what there is too much of is bounded, and it is said what may be missing", () => {
  const top = new FlowTop();
  for (let number = 0; number < 70_000; number += 1) top.add(String(number), { begun: 0, ended: 1, bytes: 5 });
  top.add("much", { begun: 0, ended: 1, bytes: 50 });
  expect(top.most(1)).toEqual([{ what: "much", begun: 0, ended: 1, bytes: 50 }]);
  expect(top.missed).toBe(5);
});

test("a flow is no packet", () => {
  const summarizer = new Summarizer();
  for (const event of EVENTS) summarizer.add(event);
  expect(summarizer.summary(10)).toMatchObject({ packets: 0, sources: [], timeline: undefined });
});
