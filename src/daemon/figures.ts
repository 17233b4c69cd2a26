import { type Metric, metricsText } from "../core/serve/metrics-text.ts";
import type { LogService } from "./log-service.ts";

/** The figures of a log service, as Prometheus reads them. */
export function figuresText({ tallies, bus, store }: LogService, nowMs: number): string {
  const told = bus.figures;
  const stored = store?.figures();
  const counters: Metric[] = [
    {
      name: "netlogctl_received_total",
      kind: "counter",
      about: "Events that came, by topic.",
      values: [...tallies.byTopic].map(([topic, value]) => ({ labels: { topic }, value })),
    },
    {
      name: "netlogctl_lost_total",
      kind: "counter",
      about: "Events that the reader did not get: packets by NFLOG group, flows of conntrack.",
      values: lostValues(tallies),
    },
    {
      name: "netlogctl_flow_losses_total",
      kind: "counter",
      about: "How often flows were lost: mostly it is not known how many.",
      values: tallies.flowLosses === undefined ? [] : [{ value: tallies.flowLosses.told }],
    },
    {
      name: "netlogctl_sink_written_total",
      kind: "counter",
      about: "Events that a sink took.",
      values: bySink(told.told, stored?.written),
    },
    {
      name: "netlogctl_sink_dropped_total",
      kind: "counter",
      about: "Events that a sink was too slow for.",
      values: bySink(told.dropped, stored?.dropped),
    },
  ];
  counters.push({
    name: "netlogctl_subscribers_cut_total",
    kind: "counter",
    about: "Subscribers that asked that nothing be dropped, and were too slow.",
    values: [{ value: told.cut }],
  });
  const gauges: Metric[] = [
    gauge("netlogctl_subscribers", "Who is told events now.", told.subscribers),
    gauge("netlogctl_bus_held_bytes", "Events that are held for subscribers.", told.heldBytes),
    gauge("netlogctl_store_waiting_bytes", "Events that wait to be stored.", stored?.waitingBytes),
    gauge("netlogctl_store_size_bytes", "What the store takes on the disk.", stored?.sizeBytes),
    gauge("netlogctl_last_event_seconds", "The time of the newest event that came.", secondsOf(tallies.lastTs)),
    {
      name: "netlogctl_sink_lag_seconds",
      kind: "gauge",
      about: "How far a sink is behind what came.",
      values: bySink(busLag(bus.behindCursor, nowMs), store && storeLag(tallies.lastTs, stored?.lastTs)),
    },
  ];
  return metricsText([...counters, ...gauges]);
}

function lostValues({ lostByGroup, flowLosses }: LogService["tallies"]): Metric["values"] {
  const packets = [...lostByGroup].map(([group, value]) => ({ labels: { group }, value }));
  return flowLosses === undefined
    ? packets
    : [...packets, { labels: { source: "conntrack" }, value: flowLosses.events }];
}

function bySink(bus: number, store: number | undefined): Metric["values"] {
  const told = { labels: { sink: "bus" }, value: bus };
  return store === undefined ? [told] : [told, { labels: { sink: "store" }, value: store }];
}

function gauge(name: string, about: string, value: number | undefined): Metric {
  return { name, kind: "gauge", about, values: value === undefined ? [] : [{ value }] };
}

function secondsOf(ts: string | undefined): number | undefined {
  return ts === undefined ? undefined : Date.parse(ts) / 1000;
}

/** Cursors are about microseconds. */
function busLag(cursor: number | undefined, nowMs: number): number {
  return cursor === undefined ? 0 : Math.max(0, nowMs / 1000 - cursor / 1e6);
}

function storeLag(came: string | undefined, stored: string | undefined): number {
  if (came === undefined || stored === undefined) return 0;
  return Math.max(0, (Date.parse(came) - Date.parse(stored)) / 1000);
}
