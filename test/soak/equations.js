// Everything that was sent is told, or told as lost: what of that does not hold.
import { PASSING, SERVED } from "./world.js";

const DIRECT = { "packets stream": 12, "packets stream, slow": 13 };
/** Subscribers that were told everything from the beginning, with what was dropped. */
const FOLLOWING = ["steady", "slow", "packets stream, bus"];
const RETURNING = ["blocking", "returning", "returning late"];

/**
 * What is not accounted for, a line each.
 * @param seen the accounts of all taps and clients by their names, the kernel's counters, the service's figures, what the ring holds
 */
export function unaccounted(seen) {
  const problems = [];
  const same = (what, came, sent) => {
    if (came !== sent) problems.push(`${what}: ${sent - came} are not accounted for`);
  };
  for (const [name, { wrong = [], wrongs = 0 }] of Object.entries(seen.told)) {
    if (wrong.length > 0) problems.push(`${name}: ${wrongs || wrong.length} times: ${wrong[0]}`);
  }
  direct(seen, same);
  captured(seen, same);
  served(seen, same);
  published(seen, same);
  returned(seen, same);
  flows(seen, same);
  return problems;
}

const sumOf = ({ told = 0, lost = 0, unread = 0, jumped = 0 } = {}) => told + lost + unread + jumped;

function direct({ told, counters }, same) {
  for (const [name, group] of Object.entries(DIRECT)) {
    const { groups } = told[name];
    same(`${name}, group ${group}`, sumOf(groups[group]), counters[`g${group}`]);
    same(`${name}, while it was not read`, groups[group]?.unread ?? 0, 0);
  }
}

function captured({ ring, counters }, same) {
  same("capture run, group 11", ring.packets + ring.lost, counters.g11);
  same("capture run, captures that were removed without an index", ring.unknown, 0);
}

/** By the figures of the service itself. */
function served({ figures, counters, told }, same) {
  for (const group of SERVED) {
    const came = figures.get(`netlogctl_received_total{topic="nft:soak:${group}"}`) ?? 0;
    const lost = figures.get(`netlogctl_lost_total{group="${group}"}`) ?? 0;
    same(`serve, group ${group}`, came + lost, counters[`g${group}`]);
  }
  const { steady } = told;
  if (steady.dropped > 0) return;
  for (const group of [...SERVED, PASSING]) {
    same(`serve, group ${group}, as it was told`, sumOf(steady.groups[group]), counters[`g${group}`]);
    same(`serve, group ${group}, while it was not read`, steady.groups[group]?.unread ?? 0, 0);
  }
}

/** What the service took, its store and its subscribers were told, or it is counted as dropped. */
function published({ figures, told }, same) {
  const sink = (what, name) => figures.get(`netlogctl_sink_${what}_total{sink="${name}"}`);
  const lines = sink("written", "store") + sink("dropped", "store");
  for (const name of FOLLOWING.slice(0, 2)) same(`${name}, events`, told[name].lines + told[name].dropped, lines);
  const topics = [...figures].filter(([name]) => name.startsWith('netlogctl_received_total{topic="nft:'));
  const packets = topics.reduce((sum, [, value]) => sum + value, 0);
  const dropped = Object.values(told).reduce((sum, one) => sum + (one.dropped ?? 0), 0);
  same("SPR, packets", told.SPR.lines + sink("dropped", "bus") - dropped, packets);
  const bus = told["packets stream, bus"];
  const sums = Object.values(bus.groups).reduce((sum, { told: some }) => sum + some, 0);
  if (bus.dropped === 0) same("packets stream, bus", sums, packets);
}

/** Who comes back is told what came meanwhile, or that it is not held any more. */
function returned({ told }, same) {
  const { steady } = told;
  for (const name of RETURNING) {
    const one = told[name];
    same(`${name}, the last event`, one.cursor, steady.cursor);
    if (name === "blocking") same("blocking, dropped", one.dropped, 0);
    if (steady.dropped > 0 || one.dropped + one.forgotten > 0) continue;
    for (const group of [...SERVED, PASSING]) {
      same(`${name}, group ${group}`, sumOf(one.groups[group]), sumOf(steady.groups[group]));
    }
    same(`${name}, events`, one.lines, steady.lines);
  }
}

function flows({ told, counters, tracked }, same) {
  same("flows in the kernel's table", tracked, 0);
  for (const name of ["flows stream", "steady"]) {
    const { began, ended, resyncs, lost, open, isWhole } = told[name].flows;
    if (!isWhole) continue;
    same(`${name}, flows that ended`, ended, began);
    same(`${name}, flows that are open`, open, 0);
    same(`${name}, events of flows`, began + ended - resyncs + lost, 2 * counters.made);
  }
}
