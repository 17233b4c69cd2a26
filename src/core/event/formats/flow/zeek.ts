import type { FlowEvent } from "../../event.ts";
import { jsonObject } from "../json-text.ts";
import { nanosecondsSince1970, protocolOf, secondsSince1970 } from "./numbers.ts";

/**
 * A flow that ended as a line of Zeek's conn.log in JSON. Conntrack counts bytes of IP, not of what they carry, and sees no
 * sequence of flags: there are no orig_bytes, resp_bytes, history and service. Derived are `uid`, of the kernel's number and
 * the beginning (the same event has the same), `conn_state`, where the last state tells it, and the ports of ICMP, which are
 * its type and code, as in Zeek.
 * @returns undefined for a flow that has not ended: conn.log has no line of it
 */
export function encodeZeek(event: FlowEvent): string | undefined {
  if (event.change !== "destroy") return undefined;
  const { start, ts, src, dst, icmp, orig, reply, duration, community_id } = event;
  return jsonObject({
    ts: timeOf(start ?? event.stop ?? ts),
    uid: uidOf(event),
    "id.orig_h": src,
    "id.orig_p": event.sport ?? icmp?.type ?? 0,
    "id.resp_h": dst,
    "id.resp_p": event.dport ?? icmp?.code ?? 0,
    proto: PROTOCOLS[event.proto] ?? "unknown_transport",
    ip_proto: protocolOf(event),
    duration: duration === undefined ? undefined : Math.round(duration * 1e6) / 1e6,
    conn_state: connState(event),
    orig_pkts: orig?.packets,
    orig_ip_bytes: orig?.bytes,
    resp_pkts: reply.packets,
    resp_ip_bytes: reply.bytes,
    community_id,
  });
}

const PROTOCOLS: Readonly<Record<string, string>> = { tcp: "tcp", udp: "udp", icmp: "icmp", icmpv6: "icmp" };

/** Seconds since 1970 down to microseconds, as far as Zeek goes. */
function timeOf(ts: string): number {
  return Number(`${secondsSince1970(ts)}.${ts.slice(20, 26)}`);
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** As Zeek writes one: C, and letters and digits. */
function uidOf({ id, start }: FlowEvent): string {
  let rest = (start === undefined ? 0n : nanosecondsSince1970(start)) * 0x1_0000_0000n + BigInt(id);
  let text = "";
  for (; rest > 0n; rest /= 62n) text = `${DIGITS[Number(rest % 62n)]}${text}`;
  return `C${text}`;
}

/** What Zeek calls an end: https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html. */
function connState({ proto, state, status, protoinfo }: FlowEvent): string | undefined {
  const isAnswered = status.includes("seen_reply");
  if (proto === "tcp") return tcpState(state, isAnswered, protoinfo);
  if (proto === "udp") return isAnswered ? "SF" : "S0";
  return proto === "icmp" || proto === "icmpv6" ? "OTH" : undefined;
}

/** Who sent a reset is not known: one of an unanswered flow came as the answer. */
function tcpState(
  state: string | undefined,
  isAnswered: boolean,
  protoinfo: FlowEvent["protoinfo"],
): string | undefined {
  switch (state) {
    case "SYN_SENT":
      return isAnswered ? undefined : "S0";
    case "ESTABLISHED":
      return isAnswered ? "S1" : "OTH";
    case "FIN_WAIT":
    case "CLOSE_WAIT":
      return halfClosed(protoinfo);
    case "LAST_ACK":
    case "TIME_WAIT":
      return "SF";
    case "CLOSE":
      return isAnswered ? undefined : "REJ";
    default:
      return undefined;
  }
}

/** A side sent its FIN first (IP_CT_TCP_FLAG_CLOSE_INIT). */
const CLOSE_INIT = 4;

function halfClosed({ flags_orig = 0, flags_reply = 0 }: FlowEvent["protoinfo"] = {}): "S2" | "S3" | undefined {
  if ((flags_orig & CLOSE_INIT) !== 0) return "S2";
  return (flags_reply & CLOSE_INIT) !== 0 ? "S3" : undefined;
}
