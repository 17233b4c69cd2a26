import { NETLINK_NETFILTER } from "./netlink.ts";

/** What ss(8) is asked for the receive buffers of netlink sockets, which no file of /proc tells. */
export const SOCKET_MEMORY = ["-H", "-a", "-n", "-m", "-f", "netlink"] as const;

/** The receive buffer in bytes of each NETLINK_NETFILTER socket, by port id: `12:812 * skmem:(r0,rb212992,...)`. */
export function decodeSocketMemory(text: string): Map<number, number> {
  const lines = text.matchAll(/^\S+\s+\d+\s+\d+\s+(\d+):(\d+)\s.*skmem:\(r\d+,rb(\d+)/gm);
  const own = [...lines].filter(([, protocol]) => Number(protocol) === NETLINK_NETFILTER);
  return new Map(own.map(([, , port, bytes]) => [Number(port), Number(bytes)]));
}
