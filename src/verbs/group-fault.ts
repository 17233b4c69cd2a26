import { constants } from "node:os";
import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Listener } from "../core/model/listener.ts";
import type { GroupHeld } from "../core/model/packet-stream.ts";
import { readGroups } from "./read-groups.ts";

/** Why a group is not given. The kernel answers EPERM to a group that another socket holds, as to somebody who may not (nfnetlink_log.c, nfulnl_recv_config). */
export async function faultOfGroup(host: Host, { group, errno }: GroupHeld): Promise<Fault> {
  const doing = `cannot read NFLOG group ${group} of ${host.label}`;
  const groups = await orUndefined(readGroups(host), "EACCES", "EPERM");
  const holder = groups?.find((one) => one.group === group);
  if (holder !== undefined) {
    return new Fault("refused", `${doing}: ${heldBy(holder.listeners)}`, otherwise(holder.listeners));
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
  if (errno === constants.errno.EOPNOTSUPP || errno === constants.errno.ENOTSUP) {
    return new Fault(
      "not-supported",
      `${doing} with what conntrack knows: this kernel does not add it`,
      "leave --conntrack out: it needs CONFIG_NETFILTER_NETLINK_GLUE_CT",
    );
  }
  const name = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
  return new Fault("not-supported", `${doing}: ${name}`, "load the module: netlogctl module load nfnetlink_log");
}

/** What a log service of ours is called in the list of processes. */
export const SERVICE_NAME = "netlogctl serve";

function otherwise([listener]: readonly Listener[]): string {
  if (listener?.program === SERVICE_NAME) return "read what it tells: netlogctl packets stream --source bus";
  const end = listener === undefined ? "" : `, or end it: ${endOf(listener)}`;
  return `one socket can hold a group: read another${end}`;
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

/** Who reads a group, in words. */
export function heldBy(listeners: readonly Listener[]): string {
  const names = listeners.map(({ program, pid, unit }) => `${program} (pid ${pid}${unit === null ? "" : `, ${unit}`})`);
  return names.length === 0 ? "another socket holds it" : `${names.join(" and ")} reads it`;
}
