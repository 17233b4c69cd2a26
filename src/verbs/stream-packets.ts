import { constants } from "node:os";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, orUndefined, readText } from "../core/model/host.ts";
import type { Listener } from "../core/model/listener.ts";
import {
  GroupHeld,
  type GroupTally,
  type Listening,
  type OpenPacketStream,
  type PacketStream,
  type StreamEnd,
  type Telling,
} from "../core/model/packet-stream.ts";
import { explainSites } from "./explain.ts";
import { readGroups } from "./read-groups.ts";
import { withNames } from "./read-names.ts";
import type { Say } from "./scratch.ts";

/** How the kernel hands packets over, unless said: many at once, a tenth of a second late at most. */
export const LISTENING = {
  copyRangeBytes: 0,
  threshold: 400,
  timeoutCs: 10,
  bufferBytes: 131_072,
  roomBytes: 64 * 1024 * 1024,
} as const;

export interface StreamWish {
  /** undefined: each that a rule of the live ruleset logs to and that nobody reads, or group 0. */
  readonly groups: readonly number[] | undefined;
  readonly settings: Pick<Listening, "copyRangeBytes" | "threshold" | "timeoutCs" | "bufferBytes" | "roomBytes">;
  readonly telling: Telling;
  /** The file that the lines are written to. */
  readonly file: number;
}

export interface StreamOptions {
  readonly say: Say;
  readonly signal: AbortSignal;
  /** Called once it listens. */
  readonly onStart?: (groups: readonly number[]) => void;
}

/**
 * Reads NFLOG groups and writes a line for each packet until aborted, or until as many were told as were wished. Then the
 * groups are free, and whatever came is written; undefined where who read it went away.
 */
export async function streamPackets(
  host: Host,
  open: OpenPacketStream,
  { groups: wished, settings, telling, file }: StreamWish,
  { say, signal, onStart }: StreamOptions,
): Promise<StreamEnd | undefined> {
  if (telling.where !== undefined) (await import("../core/event/where.ts")).parseWhere(telling.where);
  const told = await withNames(host, telling);
  const around = {
    ...settings,
    netnsPath: namespacePath(host.netns),
    netns: host.netns,
    host: (await readText(host, "/proc/sys/kernel/hostname")).trim(),
  };
  const openGroups = (groups: readonly number[]): Promise<PacketStream> => open({ ...around, groups }, told, file);
  const groups = [...new Set(wished ?? (await groupsOfRules(host, say)))];
  const isChosen = wished !== undefined;
  const { stream, held } = await openedOf(host, openGroups, groups, isChosen ? undefined : say);
  if (stream.start.roomBytes < settings.roomBytes) {
    say(`note: ${stream.start.roomBytes} bytes of packets may wait to be read, not ${settings.roomBytes}: ${BOUNDED}`);
  }
  const stop = (): void => stream.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  onStart?.(held);
  const end = await stream.ended;
  signal.removeEventListener("abort", stop);
  if (end !== undefined) tellLosses(end, say);
  return end;
}

const BOUNDED = "net.core.rmem_max bounds it where CAP_NET_ADMIN is not that of the first user namespace";

function namespacePath(netns: string | undefined): string | undefined {
  return netns === undefined || netns.includes("/") ? netns : `/run/netns/${netns}`;
}

/** What the rules log to, but for groups that somebody reads. */
async function groupsOfRules(host: Host, say: Say): Promise<number[]> {
  const [meant, held] = await Promise.all([groupsMeant(host), readGroups(host)]);
  if (meant.length === 0) return [0];
  const taken = (held ?? []).filter(({ group }) => meant.includes(group));
  for (const { group, listeners } of taken) say(`note: group ${group} is left out: ${heldBy(listeners)}`);
  const free = meant.filter((group) => !taken.some((one) => one.group === group));
  if (free.length > 0) return free;
  throw new Fault("refused", "every group that the rules log to is read by somebody", "name a group: --group N");
}

async function groupsMeant(host: Host): Promise<number[]> {
  try {
    const sites = await explainSites(host);
    const numbers = sites.flatMap(({ meant }) => /^group ([0-9]+)$/.exec(meant ?? "")?.[1] ?? []).map(Number);
    return [...new Set(numbers)].sort((a, b) => a - b);
  } catch (error) {
    if (error instanceof Fault || error instanceof HostError) return []; // without nft, say
    throw error;
  }
}

function heldBy(listeners: readonly Listener[]): string {
  const names = listeners.map(({ program, pid, unit }) => `${program} (pid ${pid}${unit === null ? "" : `, ${unit}`})`);
  return names.length === 0 ? "another socket holds it" : `${names.join(" and ")} reads it`;
}

interface Opened {
  readonly stream: PacketStream;
  /** The groups that it reads. */
  readonly held: readonly number[];
}

/** @param leaveOut is told of groups that somebody holds, and that are left out then; without it they are a fault */
async function openedOf(
  host: Host,
  open: (groups: readonly number[]) => Promise<PacketStream>,
  groups: readonly number[],
  leaveOut: Say | undefined,
): Promise<Opened> {
  try {
    return { stream: await open(groups), held: groups };
  } catch (error) {
    if (!(error instanceof GroupHeld)) throw error;
    const fault = await faultOfGroup(host, error);
    if (leaveOut === undefined || groups.length === 1 || fault.code !== "refused") throw fault;
    leaveOut(`note: group ${error.group} is left out: ${fault.message}`);
    const others = groups.filter((group) => group !== error.group);
    return await openedOf(host, open, others, leaveOut);
  }
}

/** The kernel answers EPERM to a group that another socket holds, as to somebody who may not (nfnetlink_log.c, nfulnl_recv_config). */
async function faultOfGroup(host: Host, { group, errno }: GroupHeld): Promise<Fault> {
  const doing = `cannot read NFLOG group ${group} of ${host.label}`;
  const groups = await orUndefined(readGroups(host), "EACCES", "EPERM");
  const holder = groups?.find((one) => one.group === group);
  if (holder !== undefined) {
    const [listener] = holder.listeners;
    const end = listener === undefined ? "" : `, or end it: ${endOf(listener)}`;
    return new Fault(
      "refused",
      `${doing}: ${heldBy(holder.listeners)}`,
      `one socket can hold a group: read another${end}`,
    );
  }
  if (errno === constants.errno.EPERM && (await isAdministrator(host))) {
    return new Fault(
      "refused",
      `${doing}: EPERM: another socket holds it`,
      "one socket can hold a group: read another; root sees who it is: sudo netlogctl status",
    );
  }
  if (errno === constants.errno.EPERM) {
    return new Fault(
      "not-permitted",
      `${doing}: EPERM`,
      "run it as root, or with CAP_NET_ADMIN (setcap, systemd's AmbientCapabilities)",
    );
  }
  const name = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
  return new Fault("not-supported", `${doing}: ${name}`, "load the module: netlogctl module load nfnetlink_log");
}

/** Whether this process has CAP_NET_ADMIN (bit 12, capabilities(7)), be it that of a user namespace. */
async function isAdministrator(host: Host): Promise<boolean> {
  const status = await orUndefined(readText(host, "/proc/self/status"), "ENOENT", "EACCES");
  const [, effective = "0"] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status ?? "") ?? [];
  return ((BigInt(`0x${effective}`) >> 12n) & 1n) === 1n;
}

function endOf({ unit, pid }: Listener): string {
  return unit === null ? `kill ${pid}` : `systemctl stop ${unit}`;
}

function tellLosses({ groups, droppedAtEnd, unwrittenBytes }: StreamEnd, say: Say): void {
  for (const { group, received, lost } of groups.filter((tally: GroupTally) => tally.lost > 0)) {
    say(`group ${group}: ${lost} packets were lost, ${received} came: give it more room (--room), or log less`);
  }
  if (droppedAtEnd > 0) {
    say(`at least ${droppedAtEnd} messages of one or more packets found no room behind the last packet that came`);
  }
  if (unwrittenBytes > 0) say(`${unwrittenBytes} bytes of lines were not taken by who reads them`);
}
