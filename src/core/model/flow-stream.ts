import type { ReaderThread, Telling } from "./packet-stream.ts";

/** What became of a flow; "listed" is none of these: it is how the flow stands now. */
export const FLOW_CHANGES = ["new", "update", "destroy", "listed"] as const;
export type FlowChange = (typeof FLOW_CHANGES)[number];

/** Which flows are told of, and how they are listened to. */
export interface FlowListening {
  /** What leads to the network namespace; undefined: this one. */
  readonly netnsPath: string | undefined;
  /** How events call it. */
  readonly netns: string | undefined;
  readonly host: string;
  /** How much may wait to be read. */
  readonly roomBytes: number;
  /** Of each change the numbers of the protocols that are told. */
  readonly wanted: Readonly<Record<FlowChange, readonly number[]>>;
  /** How often the kernel's table is gone through for what no event tells, in milliseconds. */
  readonly censusMs: number;
  /** Whether only what is there now is told. */
  readonly isOnce: boolean;
}

/** How a stream of flows ended. */
export interface FlowEnd {
  /** Events that the kernel sent, and that it could not deliver. */
  readonly received: number;
  readonly lost: number;
  /** What was found in the kernel's table instead. */
  readonly found: number;
  /** Bytes of lines that nobody took. */
  readonly unwrittenBytes: number;
}

/** A reader that listens and writes. */
export type FlowStream = ReaderThread<FlowListening, FlowEnd>;

/** Opens a reader that writes lines to a file. @throws Fault */
export type OpenFlowStream = (listening: FlowListening, telling: Telling, file: number) => Promise<FlowStream>;
