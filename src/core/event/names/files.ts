import { addressKey, hostName } from "./host-name.ts";

/** What a file says of an address. */
export interface FileName {
  readonly address: string;
  /** undefined: the address has no name any more. */
  readonly name: string | undefined;
  /** In seconds since 1970; absent for ever. */
  readonly until?: number;
}

/** The names of /etc/hosts (hosts(5)): of each address the first that is a name. */
export function namesOfHosts(text: string): FileName[] {
  return linesOf(text).flatMap((line) => {
    const [first = "", ...names] = (line.split("#", 1)[0] ?? "").trim().split(/\s+/);
    const address = addressKey(first);
    const name = names.map(hostName).find((known) => known !== undefined);
    return address === undefined || name === undefined ? [] : [{ address, name }];
  });
}

/** The names of a file of leases: of dnsmasq, ISC dhcpd (dhcpd.leases(5)) or Kea (memfile, CSV). Later lines hold. */
export function namesOfLeases(text: string): FileName[] {
  const [head = "", ...rows] = linesOf(text);
  if (head.startsWith("address,")) return keaLeases(head.trim(), rows);
  return /^lease \S+ \{/m.test(text) ? iscLeases([head, ...rows]) : [head, ...rows].flatMap(dnsmasqLease);
}

function linesOf(text: string): string[] {
  return text.split("\n");
}

/** `expiry mac address name id`; expiry 0 is never, `*` no name. Those of IPv6 have a number for the MAC. */
function dnsmasqLease(line: string): FileName[] {
  const [expiry = "", , place = "", name = ""] = line.trim().split(" ");
  const address = addressKey(place);
  return address === undefined || !/^\d{1,12}$/.test(expiry)
    ? []
    : [fileName(address, name, Number(expiry) || undefined)];
}

function fileName(address: string, name: string, until: number | undefined): FileName {
  return { address, name: hostName(name), ...(until !== undefined && { until }) };
}

const NEVER = 0xffff_ffff;

function keaLeases(head: string, rows: readonly string[]): FileName[] {
  const columns = head.split(",");
  const [place, named, expiry, lifetime, state, type] = [
    ...["address", "hostname", "expire", "valid_lifetime", "state", "lease_type"],
  ].map((name) => columns.indexOf(name));
  return rows.flatMap((row) => {
    const cells = row.trim().split(",");
    const cell = (column = -1): string => cells[column] ?? "";
    const address = addressKey(cell(place));
    const isOfAddress = type === -1 || cell(type) === "0"; // 2 is of a prefix
    if (address === undefined || !isOfAddress) return [];
    if (cell(state) !== "0" && state !== -1) return [{ address, name: undefined }];
    const until =
      /^\d{1,12}$/.test(cell(expiry)) && Number(cell(lifetime)) !== NEVER ? Number(cell(expiry)) : undefined;
    return [fileName(address, cell(named), until)];
  });
}

function iscLeases(lines: readonly string[]): FileName[] {
  const names: FileName[] = [];
  let address: string | undefined;
  let lease = new Map<string, string>();
  for (const line of lines) {
    const [key = "", ...words] = line.trim().replace(/;.*$/, "").split(" ");
    if (key === "lease") {
      address = addressKey(words[0] ?? "");
      lease = new Map();
    } else if (key === "}" && address !== undefined) {
      names.push(iscLease(address, lease));
      address = undefined;
    } else if (address !== undefined && !lease.has(key)) {
      lease.set(key, words.join(" "));
    }
  }
  return names;
}

function iscLease(address: string, lease: ReadonlyMap<string, string>): FileName {
  const state = lease.get("binding");
  if (state !== undefined && state !== "state active") return { address, name: undefined };
  const name = (lease.get("client-hostname") ?? "").replace(/^"|"$/g, "");
  return fileName(address, name, secondsOf(lease.get("ends") ?? "never"));
}

/** `6 2026/11/21 11:37:36` in UTC, `epoch 1795261056`, or `never`. */
function secondsOf(ends: string): number | undefined {
  const [, seconds] = /^epoch (\d{1,12})/.exec(ends) ?? [];
  if (seconds !== undefined) return Number(seconds);
  const [, year, month, day, time] = /^\d (\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)$/.exec(ends) ?? [];
  const millis = Date.parse(`${year}-${month}-${day}T${time}Z`);
  return Number.isNaN(millis) ? undefined : millis / 1000;
}
