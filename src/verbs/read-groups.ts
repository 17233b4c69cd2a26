import { type Host, HostError, NOT_RECORDED, orUndefined, readText } from "../core/model/host.ts";
import type { Listener, NflogGroup } from "../core/model/listener.ts";
import { decodeUnit } from "../core/procfs/cgroup.ts";
import { decodeProgram } from "../core/procfs/comm.ts";
import { decodeNetlink, NETLINK_NETFILTER, NETLINK_PATH } from "../core/procfs/netlink.ts";
import { decodeNfnetlinkLog, NFNETLINK_LOG_PATH } from "../core/procfs/nfnetlink-log.ts";

/** The NFLOG groups in use and who listens; undefined where the kernel does not let this user see them. */
export async function readGroups(host: Host): Promise<NflogGroup[] | undefined> {
  const text = await readInstances(host);
  if (text === undefined) return undefined;

  const instances = decodeNfnetlinkLog(text);
  const sockets = decodeNetlink(await readText(host, NETLINK_PATH));
  const inodeOf = (port: number): number | undefined =>
    sockets.find(({ protocol, portId }) => protocol === NETLINK_NETFILTER && portId === port)?.inode;
  const wanted = instances.flatMap(({ portId }) => inodeOf(portId) ?? []);
  const holders = wanted.length === 0 ? new Map() : await findHolders(host, new Set(wanted));
  return instances.map((instance) => ({ ...instance, listeners: holders.get(inodeOf(instance.portId)) ?? [] }));
}

/** While nfnetlink_log is not loaded the file is not there, and nobody can listen. */
async function readInstances(host: Host): Promise<string | undefined> {
  try {
    return (await orUndefined(readText(host, NFNETLINK_LOG_PATH), "ENOENT")) ?? "";
  } catch (error) {
    if (error instanceof HostError && ["EACCES", "EPERM"].includes(error.code)) return undefined;
    throw error;
  }
}

/** The processes that hold each of these sockets: what /proc/PID/fd leads to. Those of other users need root to be seen. */
export async function findHolders(host: Host, inodes: ReadonlySet<number>): Promise<Map<number, Listener[]>> {
  const holders = new Map<number, Listener[]>();
  const pids = (await host.list("/proc")).filter((name) => /^[0-9]+$/.test(name));
  for (const pid of pids) {
    const held = (await socketsOf(host, pid)).filter((inode) => inodes.has(inode));
    if (held.length === 0) continue;

    const listener = await readListener(host, pid);
    for (const inode of new Set(held)) holders.set(inode, [...(holders.get(inode) ?? []), listener]);
  }
  return holders;
}

async function socketsOf(host: Host, pid: string): Promise<number[]> {
  const gone = ["ENOENT", "EACCES", "ESRCH", "ENOTDIR"];
  const names = (await orUndefined(host.list(`/proc/${pid}/fd`), ...gone)) ?? [];
  const links = await Promise.all(names.map((name) => orUndefined(host.readLink(`/proc/${pid}/fd/${name}`), ...gone)));
  return links.flatMap((link) => {
    const inode = /^socket:\[(\d+)\]$/.exec(link ?? "")?.[1];
    return inode === undefined ? [] : [Number(inode)];
  });
}

async function readListener(host: Host, pid: string): Promise<Listener> {
  const [program, cgroup] = await Promise.all([
    programOf(host, pid),
    orUndefined(readText(host, `/proc/${pid}/cgroup`), "ENOENT", "ESRCH"),
  ]);
  return { pid: Number(pid), program, unit: decodeUnit(cgroup ?? "") ?? null };
}

/** The name of a process; one of ours that is called as Node is, by its command. */
async function programOf(host: Host, pid: string): Promise<string> {
  const name = decodeProgram((await orUndefined(readText(host, `/proc/${pid}/comm`), "ENOENT", "ESRCH")) ?? "");
  if (name !== "node") return name;
  const line = await orUndefined(readText(host, `/proc/${pid}/cmdline`), "ENOENT", "ESRCH", "EACCES", NOT_RECORDED);
  const command = /(?:^|[\0/])netlogctl(?:\.cjs)?\0([a-z]+)(?:\0([a-z]+))?(?=\0)/.exec(line ?? "");
  return command === null ? name : ["netlogctl", ...command.slice(1).filter((word) => word !== undefined)].join(" ");
}
