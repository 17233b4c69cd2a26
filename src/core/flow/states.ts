/** Names of states by their numbers, as conntrack(8) writes them. */
type Names = readonly (string | undefined)[];

/** enum tcp_conntrack (linux/netfilter/nf_conntrack_tcp.h); 9 was LISTEN before it was a second SYN_SENT. */
const TCP: Names = [
  ...["NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE"],
  "SYN_SENT2",
];

/** enum ct_dccp_states (linux/netfilter/nf_conntrack_dccp.h of kernels up to 6.15). */
const DCCP: Names = [
  ...["NONE", "REQUEST", "RESPOND", "PARTOPEN", "OPEN", "CLOSEREQ", "CLOSING", "TIMEWAIT", "IGNORE", "INVALID"],
];

/** enum sctp_conntrack (linux/netfilter/nf_conntrack_sctp.h). */
const SCTP: Names = [
  ...["NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD"],
  ...["SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT", "HEARTBEAT_ACKED"],
];

const BY_PROTOCOL: ReadonlyMap<number, Names> = new Map([
  [6, TCP],
  [33, DCCP],
  [132, SCTP],
]);

/** The name of a state; undefined for protocols that have none; the number as text where it has no name. */
export function stateName(protocol: number, state: number): string | undefined {
  const names = BY_PROTOCOL.get(protocol);
  return names === undefined || state < 0 ? undefined : (names[state] ?? String(state));
}
