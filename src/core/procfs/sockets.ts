import { ipv4Text, ipv6Text } from "../packet/address.ts";

/** A socket by its protocol and its end here; "" is any address. */
export function socketKey(protocol: string, address: string, port: number): string {
  return `${protocol} ${address} ${port}`;
}

/**
 * The sockets of /proc/net/tcp, udp and their like by their ends here, with their inodes (net/ipv4/tcp_ipv4.c, tcp4_seq_show).
 * One of tcp6 and udp6 may be of IPv4 as well: it is found by both.
 */
export function socketsIn(table: string, text: string): [string, number][] {
  const protocol = table.replace("6", "");
  return text.split("\n").flatMap((line): [string, number][] => {
    const [, hex = "", port = "", inode] = LINE.exec(line) ?? [];
    if (inode === undefined || inode === "0") return [];
    return [[socketKey(protocol, addressIn(hex), Number.parseInt(port, 16)), Number(inode)]];
  });
}

/** `0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ...` */
const LINE = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ \S+ \S+ \S+ \S+\s+\d+\s+\d+ (\d+)/;

/** Each four bytes are a number as this machine has it: lowest first. */
function addressIn(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  if (bytes.every((byte) => byte === 0)) return "";
  if (bytes.length === 4) return ipv4Text(bytes, 0);
  return ipv6Text(bytes, 0).replace(/^::ffff:(?=\d+\.)/, "");
}
