import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Telling } from "../core/model/packet-stream.ts";

/** Where servers of DHCP keep their leases: dnsmasq, ISC dhcpd, Kea. */
const LEASES = [
  "/var/lib/misc/dnsmasq.leases",
  "/var/lib/dnsmasq/dnsmasq.leases",
  "/tmp/dhcp.leases",
  "/var/lib/dhcp/dhcpd.leases",
  "/var/lib/kea/kea-leases4.csv",
  "/var/lib/kea/kea-leases6.csv",
];
const BYTES_MAX = 64 * 1024 * 1024;
const NOT_THERE = ["ENOENT", "ENOTDIR", "EACCES", "EFBIG", "EISDIR"];

/** The telling with what this machine's files say of names, if names are to be told. */
export async function withNames(host: Host, telling: Telling): Promise<Telling> {
  if (telling.names === undefined) return telling;
  const read = (path: string): Promise<string | undefined> =>
    orUndefined(readText(host, path, BYTES_MAX), ...NOT_THERE);
  const [hosts, ...leases] = await Promise.all(["/etc/hosts", ...LEASES].map(read));
  return { ...telling, names: { hosts: hosts ?? "", leases: leases.filter((text) => text !== undefined) } };
}
