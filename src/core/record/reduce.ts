import { decodeNetlink, NETLINK_NETFILTER } from "../procfs/netlink.ts";

/** What a link to each netfilter socket of a namespace holds. */
export function ownSockets(netlink: string): Set<string> {
  const sockets = decodeNetlink(netlink).filter(({ protocol }) => protocol === NETLINK_NETFILTER);
  return new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
}

/** The lines of /proc/net/netlink that tell of netfilter, or of the kernel's own sockets; others tell of other programs. */
export function socketLines(netlink: string): string {
  const [head = "", ...lines] = netlink.split("\n");
  const kept = lines.filter((line) => {
    const [, protocol, portId] = line.trim().split(/\s+/);
    return portId === "0" || protocol === String(NETLINK_NETFILTER);
  });
  return [head, ...kept, ""].join("\n");
}

/** The lines of a list of modules that tell of netfilter. */
export function netfilterLines(list: string): string {
  const lines = list.split("\n").filter((line) => /nf_|nfnetlink|nft_|xt_|ebt|ip6?t_|netfilter/.test(line));
  return lines.map((line) => `${line}\n`).join("");
}
