import { bytesOf, type LogStatement } from "../model/log-statement.ts";

/** How large a line is: what surrounds the packet, and how much of the packet is copied at most. */
export interface LineBytes {
  readonly overhead: number;
  readonly copied: number;
}

/**
 * A line of the kernel log without its prefix, as dmesg shows it: a forwarded TCP packet of IPv6 with the time before it
 * (net/netfilter/nf_log_syslog.c: dump_ipv6_packet, dump_mac_header, nf_log_dump_tcp_header). Of IPv4 it has some 60 less.
 */
const KERNEL_LINE = 300;

/** What each flag adds to it: numbers of ten digits, options of 40 bytes in hexadecimal, the link's header. */
const FLAG_BYTES: Readonly<Record<string, number>> = {
  "tcp sequence": 30,
  "tcp options": 87,
  "ip options": 87,
  skuid: 30,
  ether: 30,
};

/** A line is cut there (net/netfilter/nf_log.c, S_SIZE); the time before it comes on top. */
const KERNEL_LINE_MAX = 1019 + 15;

/** A record of type NETFILTER_PKT: the time, mark, addresses and protocol (net/netfilter/nft_log.c, nft_log_eval_audit). */
const AUDIT_RECORD = 160;

/**
 * A message of NFLOG without its payload and prefix: both headers (20), and with its own header each: the hook (8), the
 * devices (16), mark, user and group (24), the sender's hardware address (16), the link's header, type and length (36), the
 * time (20), both sequence numbers (16), and the headers of payload (4) and prefix (8 with its end)
 * (net/netfilter/nfnetlink_log.c, __build_packet_message). Not every packet has all of them: of UDP over lo 6.18 sends 119.
 * A listener that asks for conntrack gets some 200 more.
 */
const NFLOG_MESSAGE = 168;

/** The size of a line without a packet's bytes, and how many of these it can hold. */
export function lineBytesOf(log: LogStatement): LineBytes {
  if (log.to === "audit") return { overhead: AUDIT_RECORD, copied: 0 };
  const prefix = bytesOf(log.prefix ?? "");
  if (log.to === "group") {
    return { overhead: NFLOG_MESSAGE + prefix, copied: log.snaplen ?? Number.POSITIVE_INFINITY };
  }
  const flags = (log.flags ?? []).reduce((sum, flag) => sum + (FLAG_BYTES[flag] ?? 0), 0);
  return { overhead: Math.min(KERNEL_LINE + prefix + flags, KERNEL_LINE_MAX), copied: 0 };
}
