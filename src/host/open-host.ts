import { resolve } from "node:path";
import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined } from "../core/model/host.ts";
import { openLocalHost } from "./local-host.ts";
import { openNamespaceHost } from "./namespace-host.ts";

const NAMESPACES = "/run/netns";

export interface HostChoice {
  /** A name in /run/netns, or a path that leads to a namespace. */
  readonly netns?: string | undefined;
  /** The directory of a recorded machine. */
  readonly machine?: string | undefined;
}

/** Opens the host that was chosen: this machine, one of its network namespaces, or a recorded machine. */
export async function openHost({ netns, machine }: HostChoice): Promise<Host> {
  const local = openLocalHost();
  if (machine !== undefined) return await openRecorded(local, machine, netns);
  if (netns === undefined) return local;
  if (netns.includes("/")) return openNamespaceHost(local, resolve(netns), resolve(netns));

  const names = (await orUndefined(local.list(NAMESPACES), "ENOENT", "EACCES")) ?? [];
  if (names.includes(netns)) return openNamespaceHost(local, `${NAMESPACES}/${netns}`, netns);
  throw new Fault(
    "not-found",
    `there is no network namespace "${netns}" in ${NAMESPACES}`,
    names.length === 0 ? "make one: ip netns add NAME" : `there are: ${names.join(", ")}`,
  );
}

/** This machine as it is from here, then each named network namespace. */
export async function openAllHosts(): Promise<Host[]> {
  const local = openLocalHost();
  const names = (await orUndefined(local.list(NAMESPACES), "ENOENT", "EACCES")) ?? [];
  return [local, ...names.map((name) => openNamespaceHost(local, `${NAMESPACES}/${name}`, name))];
}

async function openRecorded(local: Host, directory: string, netns: string | undefined): Promise<Host> {
  if (netns !== undefined) {
    throw new Fault(
      "usage",
      "--machine and --netns exclude each other",
      "record the namespace as a machine of its own",
    );
  }
  if (directory === "" || (await orUndefined(local.list(`${directory}/proc`), "ENOENT", "ENOTDIR")) === undefined) {
    throw new Fault("not-found", `${directory} is no recorded machine: it has no directory proc`, "check the path");
  }
  const { openRecordedHost } = await import("./recorded-host.ts");
  return await openRecordedHost(directory);
}
