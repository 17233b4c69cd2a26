import { ICMP_TYPES, ICMPV6_TYPES, type Layer4, type Packet, type TcpFlag } from "../packet/encode.ts";

/** A packet of a conversation, and whether it comes from the one that was spoken to. */
export interface Said extends Packet {
  readonly isAnswer: boolean;
}

/** A conversation that a packet begins; the packet alone where none is wanted. */
export function conversationOf(first: Packet, length: "open" | "whole" | undefined): Said[] {
  if (length === undefined) return [{ ...first, isAnswer: false }];
  const { layer4 } = first;
  return layer4.kind === "tcp" ? tcpConversation(first, layer4, length) : question(first, layer4);
}

type Tcp = Extract<Layer4, { kind: "tcp" }>;

/** What the one that is spoken to begins its numbers with. */
const ANSWER_SEQ = 5000;

/** RFC 9293, sections 3.5 and 3.6: who says what with which flags. */
const OPENING: readonly Segment[] = [{ flags: ["syn"] }, { flags: ["syn", "ack"], isAnswer: true }, { flags: ["ack"] }];
const REST: readonly Segment[] = [
  { flags: ["psh", "ack"], hasData: true },
  { flags: ["psh", "ack"], hasData: true, isAnswer: true },
  { flags: ["fin", "ack"] },
  { flags: ["fin", "ack"], isAnswer: true },
  { flags: ["ack"] },
];

interface Segment {
  readonly flags: readonly TcpFlag[];
  readonly isAnswer?: boolean;
  readonly hasData?: boolean;
}

function tcpConversation(first: Packet, tcp: Tcp, length: "open" | "whole"): Said[] {
  const data = tcp.data.length === 0 ? Buffer.from("x") : tcp.data;
  const next = { asking: tcp.seq, answering: ANSWER_SEQ };
  return [...OPENING, ...(length === "whole" ? REST : [])].map(({ flags, isAnswer = false, hasData = false }) => {
    const [mine, theirs] = isAnswer ? (["answering", "asking"] as const) : (["asking", "answering"] as const);
    const segment: Tcp = {
      ...tcp,
      flags,
      seq: next[mine],
      ack: flags.includes("ack") ? next[theirs] : 0,
      data: hasData ? data : Buffer.alloc(0),
    };
    next[mine] = (next[mine] + segment.data.length + (flags.includes("syn") || flags.includes("fin") ? 1 : 0)) >>> 0;
    return said(first, segment, isAnswer);
  });
}

/** A question and its answer. */
function question(first: Packet, layer4: Layer4): Said[] {
  return [said(first, layer4, false), said(first, answerTo(layer4), true)];
}

function answerTo(layer4: Layer4): Layer4 {
  if (layer4.kind === "icmp") return { ...layer4, type: ICMP_TYPES["echo-reply"] };
  return layer4.kind === "icmpv6" ? { ...layer4, type: ICMPV6_TYPES["echo-reply"] } : layer4;
}

function said(first: Packet, layer4: Layer4, isAnswer: boolean): Said {
  if (!isAnswer) return { ...first, layer4, isAnswer };
  const isPorted = "sport" in layer4;
  const back = isPorted ? { ...layer4, sport: layer4.dport, dport: layer4.sport } : layer4;
  return { from: first.to, to: first.from, ttl: 64, layer4: back, isAnswer };
}
