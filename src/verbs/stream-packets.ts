import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import {
  GroupHeld,
  type Listening,
  type OpenPacketStream,
  type PacketStream,
  type StreamEnd,
  type Telling,
} from "../core/model/packet-stream.ts";
import { explainSites } from "./explain.ts";
import { faultOfGroup, heldBy, SERVICE_NAME } from "./group-fault.ts";
import { listeningOf, tellLosses, tellRoom } from "./listening.ts";
import { readGroups } from "./read-groups.ts";
import { withNames } from "./read-names.ts";
import type { Say } from "./scratch.ts";

export interface StreamWish {
  /** undefined: each that a rule of the live ruleset logs to and that nobody reads, or group 0. */
  readonly groups: readonly number[] | undefined;
  readonly settings: Omit<Listening, "groups" | "netnsPath" | "netns" | "host">;
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
  const listening = await listeningOf(host, settings);
  const openGroups = (groups: readonly number[]): Promise<PacketStream> => open({ ...listening, groups }, told, file);
  const groups = [...new Set(wished ?? (await groupsOfRules(host, say)))];
  const isChosen = wished !== undefined;
  const { stream, held } = await openedOf(host, openGroups, groups, isChosen ? undefined : say);
  tellRoom(stream, settings.roomBytes, say);
  const stop = (): void => stream.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  onStart?.(held);
  const end = await stream.ended;
  signal.removeEventListener("abort", stop);
  if (end !== undefined) tellLosses(end, say);
  return end;
}

/** What the rules log to, but for groups that somebody reads. */
async function groupsOfRules(host: Host, say: Say): Promise<number[]> {
  const [meant = [], held] = await Promise.all([groupsMeant(host), readGroups(host)]);
  if (meant.length === 0) return [0];
  const taken = (held ?? []).filter(({ group }) => meant.includes(group));
  for (const { group, listeners } of taken) say(`note: group ${group} is left out: ${heldBy(listeners)}`);
  const free = meant.filter((group) => !taken.some((one) => one.group === group));
  if (free.length > 0) return free;
  const isOurs = taken.some(({ listeners }) => listeners.some(({ program }) => program === SERVICE_NAME));
  const remedy = isOurs ? "read what the log service tells: --source bus" : "name another group: --group N";
  throw new Fault("refused", "every group that the rules log to is read by somebody", remedy);
}

/** The groups that rules of the live ruleset log to; undefined where that cannot be told. */
export async function groupsMeant(host: Host): Promise<number[] | undefined> {
  try {
    const sites = await explainSites(host);
    const numbers = sites.flatMap(({ meant }) => /^group ([0-9]+)$/.exec(meant ?? "")?.[1] ?? []).map(Number);
    return [...new Set(numbers)].sort((a, b) => a - b);
  } catch (error) {
    if (error instanceof Fault || error instanceof HostError) return undefined; // without nft, say
    throw error;
  }
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
