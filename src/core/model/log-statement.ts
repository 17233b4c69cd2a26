import { UNSEEN } from "./unseen.ts";

/** NF_LOG_PREFIXLEN - 1 (include/uapi/linux/netfilter/nf_log.h). */
export const PREFIX_BYTES_MAX = 127;

/** What nft's text can hold between its quotes. */
export const PREFIX_SAYABLE = new RegExp(`^[^"$\\\\${UNSEEN}]+$`, "u");

/** In the order in which nft lists them. */
export const LOG_LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"] as const;
export const LOG_FLAGS = ["tcp sequence", "tcp options", "ip options", "skuid", "ether"] as const;

/** Of a log statement with a group. */
export const SNAPLEN_MAX = 65_531;
export const QUEUE_THRESHOLD_MAX = 65_535;

const ENCODER = new TextEncoder();

export function bytesOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : ENCODER.encode(text).length;
}

/**
 * What is wrong with the text before a log line; undefined if nothing is. nft has no escape character inside quotes and
 * expands `$name`: what holds one of these could not be read back from its listing.
 */
export function faultOfPrefix(text: string): string | undefined {
  if (text === "") return "must not be empty: leave it out";
  if (!PREFIX_SAYABLE.test(text)) {
    return "must not hold a double quote, a dollar sign, a backslash, a control character or one that cannot be seen";
  }
  return bytesOf(text) > PREFIX_BYTES_MAX ? `must not be longer than ${PREFIX_BYTES_MAX} bytes` : undefined;
}

/** A log statement whose destination is decided; the default log has been lowered into it. */
export type LogStatement =
  | {
      /** A line in the kernel log. */
      readonly to: "kernel";
      readonly prefix?: string;
      readonly level?: (typeof LOG_LEVELS)[number];
      readonly flags?: readonly (typeof LOG_FLAGS)[number][];
    }
  | {
      /** For a program that listens on this NFLOG group. */
      readonly to: "group";
      readonly prefix?: string;
      readonly group: number;
      /** Bytes of payload to copy. 0 means none, absent means all: they are not the same. */
      readonly snaplen?: number;
      /** Packets that may wait for one message; it can only lower what the listener asked for. */
      readonly queueThreshold?: number;
    }
  | {
      /** A record of the audit system, which carries no prefix. */
      readonly to: "audit";
    };
