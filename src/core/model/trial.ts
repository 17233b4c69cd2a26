/** What tells that all packets before have been dealt with: IEEE 802's local experimental EtherType 1, which nobody else sends. */
export const MARK_ETHER_TYPE = 0x88b5;

/** An interface of a scratch namespace; what is sent into it comes from outside. */
export interface TrialInterface {
  readonly name: string;
  /** With their prefix lengths: 192.0.2.1/24. */
  readonly addresses: readonly string[];
  /** Prefixes that lie behind it; "default" is all the rest. */
  readonly routes: readonly string[];
}

/** A packet to be sent. */
export interface TrialPacket {
  /** in: it arrives at the interface; out: this host sends it by the interface. */
  readonly way: "in" | "out";
  readonly interface: string;
  /** What stands before it on the wire: 0x0800, 0x86dd. */
  readonly etherType: number;
  /** To whom it is addressed there, in hex, where that is not the interface: everybody, or a group. */
  readonly mac: string | null;
  /** From the IP header on, in hex. */
  readonly bytes: string;
  /** How many packets before it stands the one that it answers; null for what is no answer. */
  readonly answers: number | null;
  /** How long after the one before it is sent. */
  readonly afterMs: number;
}

/** Packets for a ruleset, in a network namespace that is made for them and ends with them. */
export interface Trial {
  readonly interfaces: readonly TrialInterface[];
  /** What `nft -j -f` is handed. */
  readonly document: string;
  /** The NFLOG groups that are read. */
  readonly groups: readonly number[];
  /** Whether the rules change addresses: then packets are answered as they left. */
  readonly hasNat: boolean;
  /** The group by which the end is told, which none of its rules uses. */
  readonly markGroup: number;
  readonly packets: readonly TrialPacket[];
  /** Whether lines of the kernel log are read, too: nobody else may write any that look like those of netfilter. */
  readonly readsKernelLog: boolean;
  /** Whether to tell the rules that packets matched, which the document has traced. */
  readonly isTraced: boolean;
  /** Whether to tell what its counters counted. */
  readonly isCounted: boolean;
}

/** A line that arrived at a group, or in the kernel log. */
export interface TrialLine {
  /** null in the kernel log. */
  readonly group: number | null;
  /** Of a line in the kernel log its level, from 0; null at a group. */
  readonly level: number | null;
  readonly prefix: string;
  /** The number of the packet that was sent last when it arrived, from 1. */
  readonly packet: number;
  /** Bytes of the packet that were copied; null where none were. */
  readonly copied: number | null;
  /** Bytes that the packet has by its own header; null where that was not copied. */
  readonly length: number | null;
  /** Names of interfaces; null where there is none. */
  readonly in: string | null;
  readonly out: string | null;
}

/** A step of a packet through the ruleset, as nftrace tells it. */
export interface TraceStep {
  /** As of a line. */
  readonly packet: number;
  readonly family: number;
  readonly table: string;
  readonly chain: string;
  readonly kind: "rule" | "return" | "policy";
  /** The handle of the rule; null for a policy and the end of a chain. */
  readonly handle: number | null;
  readonly verdict: string;
}

/** What came of it, or in whose words it failed. */
export type TrialResult = { readonly durationMs: number } & (
  | {
      readonly isDone: true;
      readonly lines: readonly TrialLine[];
      readonly trace: readonly TraceStep[];
      /** `nft -j list ruleset`, which holds the handles that a trace speaks of; null where it is not traced. */
      readonly rules: string | null;
      /** `nft -j list counters`; null where they are not asked for. */
      readonly counters: string | null;
    }
  /** hasProgram: false where a program that is needed could not be started. */
  | { readonly isDone: false; readonly doing: string; readonly says: string; readonly hasProgram: boolean }
);

/** Where trials are run, several at once. */
export interface Trials {
  /** How many are run at once. */
  readonly width: number;
  run(trial: Trial): Promise<TrialResult>;
  close(): Promise<void>;
}
