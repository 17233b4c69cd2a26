import type { ReaderFacts } from "../core/doctor/facts.ts";
import { type Host, HostError, NO_PROGRAM, NOT_ENTERED, NOT_RECORDED, orUndefined } from "../core/model/host.ts";
import type { NflogGroup } from "../core/model/listener.ts";
import { decodeNetlink, NETLINK_AUDIT, NETLINK_PATH } from "../core/procfs/netlink.ts";
import { decodeSocketMemory, SOCKET_MEMORY } from "../core/procfs/socket-memory.ts";
import { readUnitInterval, textOf } from "./read-keepers.ts";
import { BOOT_NETLINK_PATH, readNumber } from "./read-machine.ts";
import { INITIAL_NAMESPACE } from "./read-surroundings.ts";

/** Reads what decides whether the readers of groups keep up. */
export async function readReaders(host: Host, groups: readonly NflogGroup[] | undefined): Promise<ReaderFacts> {
  const [netlink, rmemDefault, rmemMax] = await Promise.all([
    textOf(host, NETLINK_PATH),
    readRmem(host, "/proc/sys/net/core/rmem_default"),
    readRmem(host, "/proc/sys/net/core/rmem_max"),
  ]);
  const units = new Set(groups?.flatMap(({ listeners }) => listeners.flatMap(({ unit }) => unit ?? [])));
  const intervals = await Promise.all(
    [...units].map(async (unit) => [unit, await readUnitInterval(host, unit)] as const),
  );
  return {
    groups,
    sockets: decodeNetlink(netlink ?? ""),
    bufferBytes: groups === undefined || groups.length === 0 ? new Map() : await readBuffers(host),
    rmemDefault,
    rmemMax,
    unitIntervals: new Map(intervals.flatMap(([unit, text]) => (text === undefined ? [] : [[unit, text]]))),
  };
}

/** One for the whole machine; older kernels show it in the initial namespace only. */
async function readRmem(host: Host, path: string): Promise<number | undefined> {
  const here = await readNumber(host, path);
  return here ?? (await orUndefined(readNumber(host.inNamespace(INITIAL_NAMESPACE), path), NOT_ENTERED));
}

/** Only a program tells the size of a buffer; where it is not there, or cannot be run, nothing does. */
async function readBuffers(host: Host): Promise<Map<number, number>> {
  try {
    const { code, stdout } = await host.run("ss", SOCKET_MEMORY);
    return code === 0 ? decodeSocketMemory(stdout) : new Map();
  } catch (error) {
    if (error instanceof HostError && [NO_PROGRAM, NOT_RECORDED, "EACCES"].includes(error.code)) return new Map();
    throw error;
  }
}

/**
 * Whether somebody reads audit records: who listens to their multicast group, or a program that is called so. systemd and
 * sshd have such sockets, too, to write records. The audit system is that of the initial namespace.
 */
export async function readAuditReader(host: Host): Promise<boolean | undefined> {
  const text = await orUndefined(textOf(host, BOOT_NETLINK_PATH), "EINVAL");
  if (text === undefined) return undefined;
  const sockets = decodeNetlink(text).filter(({ protocol, portId }) => protocol === NETLINK_AUDIT && portId !== 0);
  if (sockets.some(({ groups }) => groups !== 0)) return true;
  const programs = await Promise.all(sockets.map(({ portId }) => textOf(host, `/proc/${portId}/comm`)));
  return programs.some((program) => /audit/.test(program ?? ""));
}
