import { listenersText } from "../explain/effective.ts";
import { BOUND_GROUP, NFNETLINK_LOG } from "../model/logger.ts";
import { NETLINK_NETFILTER } from "../procfs/netlink.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts, ReaderFacts } from "./facts.ts";
import { groupBy } from "./group-by.ts";
import { groupOf, type PlacedLog, placesOf } from "./placed.ts";
import { bufferDiagnoses, type Reader } from "./reader-buffer.ts";
import { restartRemedy } from "./reader-remedy.ts";
import { comment, counted } from "./shell.ts";

/** Readers that lose packets or may, and readers to whom nothing comes. */
export function readerDiagnoses(logs: readonly PlacedLog[], facts: Facts): Diagnosis[] {
  return readersOf(logs, facts.readers).flatMap((reader) => [
    ...bufferDiagnoses(reader, facts),
    ...copiesLess(reader),
    ...idle(reader, facts),
  ]);
}

function readersOf(logs: readonly PlacedLog[], { groups = [], sockets, bufferBytes }: ReaderFacts): Reader[] {
  return [...groupBy(groups, ({ portId }) => portId)].map(([portId, some]) => {
    const numbers = some.map(({ group }) => group);
    return {
      groups: some,
      socket: sockets.find((one) => one.protocol === NETLINK_NETFILTER && one.portId === portId),
      bufferBytes: bufferBytes.get(portId),
      logs: logs.filter((one) => numbers.includes(groupOf(one) ?? -1)),
    };
  });
}

/** Rules that ask for more of each packet than their reader takes. */
function copiesLess({ groups, logs }: Reader): Diagnosis[] {
  return groups.flatMap((group) => {
    const most = group.copyMode === "packet" ? group.copyRangeBytes : 0;
    const asking = logs.filter((one) => groupOf(one) === group.group && snaplenOf(one) > most);
    if (asking.length === 0) return [];
    const longest = Math.max(...asking.map(snaplenOf));
    const message = `${counted(asking.length, "rule")} with snaplen up to ${longest}: ${listenersText(group)} takes ${most === 0 ? "nothing of a packet" : `at most ${most} bytes`}`;
    const advice = comment(`have it copy ${longest} bytes of each packet (NFULNL_COPY_PACKET), or lower the snaplen`);
    const shown = group.listeners.map(({ pid }) => `ps -o args= -p ${pid}`);
    return [diagnosis("reader-copies-less", message, [advice, ...shown], placesOf(asking))];
  });
}

function snaplenOf({ log }: PlacedLog): number {
  const snaplen = log?.fields["snaplen"];
  return typeof snaplen === "number" ? snaplen : 0;
}

/** A group that nothing is sent to. Where the ruleset, or the group of a target of iptables, is not known, nobody can tell. */
function idle({ groups, logs }: Reader, { ruleset, sites, machine }: Facts): Diagnosis[] {
  if (ruleset === undefined || sites.some(({ meant }) => meant === null)) return [];
  const isBound = machine.bindings.some(({ logger }) => logger === NFNETLINK_LOG);
  const used = new Set([...logs.map(groupOf), ...(isBound ? [BOUND_GROUP] : [])]);
  return groups
    .filter(({ group }) => !used.has(group))
    .map((group) => {
      const message = `no rule logs to group ${group.group}: ${listenersText(group)}`;
      const remedy = [
        comment(`give it lines (log prefix "..." group ${group.group} in a rule), or end it:`),
        ...restartRemedy([group], "stop"),
      ];
      return diagnosis("reader-idle", message, remedy, [`group ${group.group}`]);
    });
}
