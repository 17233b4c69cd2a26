import { defaultLogOf, parseStatements } from "../core/default-log/parse.ts";
import { Fault } from "../core/model/fault.ts";
import { FLOW_SETTINGS, type FlowSettings } from "../core/model/flow-settings.ts";
import { type Host, HostError, orUndefined, readText } from "../core/model/host.ts";
import type { Binding } from "../core/model/logger.ts";
import type { DefaultLogFile, Machine } from "../core/model/machine.ts";
import type { ModuleState } from "../core/model/module.ts";
import { configDirectory, DEFAULT_LOG_FILE, type Namespace, runDirectory } from "../core/model/namespace.ts";
import { flowSettingPath } from "../core/procfs/flow-settings.ts";
import { decodeModules } from "../core/procfs/modules.ts";
import { decodeNetlink, instanceOf, NETLINK_PATH } from "../core/procfs/netlink.ts";
import { decodeNfLog, NF_LOG_PATH } from "../core/procfs/nf-log.ts";
import { faultOfHost } from "./host-faults.ts";

export const ALL_NETNS_PATH = "/proc/sys/net/netfilter/nf_log_all_netns";

/** The netlink sockets of the first process's namespace: unlike /proc/1/ns/net, every user may read it. */
export const BOOT_NETLINK_PATH = "/proc/1/net/netlink";

const KERNEL_CONFIG_BYTES_MAX = 8 * 1024 * 1024;
const MODULE_LIST_BYTES_MAX = 64 * 1024 * 1024;

/** Reads what a change of loggers is decided on. */
export async function readMachine(host: Host): Promise<Machine> {
  const [namespace, bindings, allNetns, flows] = await Promise.all([
    readNamespace(host),
    readBindings(host),
    readNumber(host, ALL_NETNS_PATH),
    readFlowSettings(host),
  ]);
  const configuration = configDirectory(namespace);
  const [modules, run, persisted] = await Promise.all([
    readModules(host, bindings),
    readDefaultLogFile(host, `${runDirectory(namespace)}/${DEFAULT_LOG_FILE}`),
    readDefaultLogFile(host, configuration === undefined ? undefined : `${configuration}/${DEFAULT_LOG_FILE}`),
  ]);
  return { namespace, bindings, modules, allNetns, flows, run, persisted };
}

/** The kernel's table of loggers. */
export async function readBindings(host: Host): Promise<Binding[]> {
  const text = await orUndefined(readText(host, NF_LOG_PATH), "ENOENT", "ENOTDIR");
  if (text !== undefined) return decodeNfLog(text);

  throw new Fault(
    "not-supported",
    `${host.label} has no ${NF_LOG_PATH}: its kernel has no netfilter logging, or its /proc is hidden (a container)`,
    "load netfilter (modprobe nfnetlink_log), or run netlogctl on the host",
  );
}

/** The settings of flows; nothing of them while nf_conntrack is not loaded. */
export async function readFlowSettings(host: Host): Promise<FlowSettings> {
  const [events, acct, timestamp, log_invalid] = await Promise.all(
    FLOW_SETTINGS.map((setting) => readNumber(host, flowSettingPath(setting))),
  );
  return { events, acct, timestamp, log_invalid };
}

/** Which network namespace the host stands for. */
export async function readNamespace(host: Host): Promise<Namespace> {
  const [inode, instance, bootInstance, allNetns] = await Promise.all([
    readInode(host),
    readInstance(host, NETLINK_PATH),
    readInstance(host, BOOT_NETLINK_PATH),
    orUndefined(host.read(ALL_NETNS_PATH), "ENOENT"),
  ]);
  return {
    inode,
    instance: instance ?? 0,
    name: host.netns?.includes("/") === false ? host.netns : await findName(host, inode),
    isBoot: bootInstance === undefined ? null : bootInstance === instance,
    isInitial: allNetns !== undefined,
  };
}

/** The states of the modules of netfilter logging. */
export async function readModules(host: Host, bindings: readonly Binding[]): Promise<ModuleState[]> {
  const release = (await readText(host, "/proc/sys/kernel/osrelease")).trim();
  const list = (name: string): Promise<string | undefined> =>
    orUndefined(readText(host, `/lib/modules/${release}/modules.${name}`, MODULE_LIST_BYTES_MAX), "ENOENT", "EACCES");
  const [procModules, dep, builtin, alias, config] = await Promise.all([
    orUndefined(readText(host, "/proc/modules"), "ENOENT"),
    list("dep"),
    list("builtin"),
    list("alias"),
    readKernelConfig(host, release),
  ]);
  return decodeModules({ release, procModules, dep, builtin, alias, config, bindings });
}

/** The kernel's configuration as text; undefined where nothing tells it. */
export async function readKernelConfig(host: Host, release: string): Promise<string | undefined> {
  const packed = await orUndefined(host.read("/proc/config.gz"), "ENOENT", "EACCES");
  const unpacked = packed === undefined ? undefined : await unpack(packed);
  return unpacked ?? orUndefined(readText(host, `/boot/config-${release}`), "ENOENT", "EACCES");
}

/** What is no gzip, or would fill the memory, says nothing. */
async function unpack(packed: Buffer): Promise<string | undefined> {
  const { gunzipSync } = await import("node:zlib");
  try {
    const options = { maxOutputLength: KERNEL_CONFIG_BYTES_MAX, chunkSize: 512 * 1024 }; // as a rule, in one piece
    return gunzipSync(packed, options).toString("latin1");
  } catch {
    return undefined;
  }
}

/** A default log file: what is wrong with it is kept beside it, so that showing the rest goes on. */
async function readDefaultLogFile(host: Host, path: string | undefined): Promise<DefaultLogFile> {
  const nothing = { path, text: undefined, defaultLog: {} };
  if (path === undefined) return nothing;
  try {
    const text = await orUndefined(readText(host, path), "ENOENT", "ENOTDIR");
    return text === undefined ? nothing : { path, text, ...understand(text, path) };
  } catch (error) {
    if (error instanceof HostError) return { ...nothing, fault: faultOfHost(error, "read the default log") };
    throw error;
  }
}

function understand(text: string, path: string): Pick<DefaultLogFile, "defaultLog" | "fault"> {
  try {
    return { defaultLog: defaultLogOf(parseStatements(text, path)) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const remedy = `${error.remedy}; mend or remove the file`;
    return { defaultLog: {}, fault: new Fault(error.code, error.message, remedy, { where: error.where ?? path }) };
  }
}

/** A number that the kernel keeps in a file; undefined where the file does not exist. */
export async function readNumber(host: Host, path: string): Promise<number | undefined> {
  const text = await orUndefined(readText(host, path), "ENOENT", "ENOTDIR");
  if (text === undefined) return undefined;
  if (/^-?[0-9]+$/.test(text.trim())) return Number(text.trim());
  throw new Fault("not-supported", `${path} holds no number: "${text.trim().slice(0, 40)}"`, "report it with uname -r");
}

async function readInode(host: Host): Promise<number> {
  const link = await orUndefined(host.readLink("/proc/self/ns/net"), "ENOENT", "EACCES", "EPERM");
  return Number(/^net:\[(\d+)\]$/.exec(link ?? "")?.[1] ?? 0);
}

async function readInstance(host: Host, path: string): Promise<number | undefined> {
  const sockets = await orUndefined(readText(host, path), "ENOENT", "ENOTDIR", "EACCES", "EPERM", "EINVAL");
  return sockets === undefined ? undefined : instanceOf(decodeNetlink(sockets));
}

/** The name that ip-netns(8) knows a namespace by. */
async function findName(host: Host, inode: number): Promise<string | null> {
  const names = (await orUndefined(host.list("/run/netns"), "ENOENT", "EACCES", "EROFS")) ?? [];
  for (const name of names) {
    if ((await orUndefined(host.inode(`/run/netns/${name}`), "ENOENT", "EACCES")) === inode) return name;
  }
  return null;
}
