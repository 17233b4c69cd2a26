import type { NflogMessage } from "../../netlink/nflog-message.ts";
import { printable } from "../../printable.ts";
import type { PacketEvent } from "../event.ts";
import { startText, type TextStyle } from "../formats/text.ts";
import { isEthernet } from "../from-nflog.ts";
import type { AtOnce } from "../lines.ts";
import { COMPACT, type FieldSet, picked } from "../pipeline.ts";
import { type Piece, pieceOf } from "./byte-writer.ts";

/** What many messages begin with alike, as bytes and as the text that comes of it. */
export interface Head {
  /** The bytes from struct nfgenmsg on. */
  readonly words: Uint32Array;
  /** 4 and 6: a packet of IP that may be written at once. */
  readonly version: 0 | 4 | 6;
  readonly group: number;
  /** Whether its prefix is one that was asked for. */
  readonly isWanted: boolean;
  /** What stands behind the digits of the time, up to the mark, or to the addresses in a line for people: for the kernel's time and for the reader's. */
  readonly withKernelTime: Piece;
  readonly withReaderTime: Piece;
  /** What stands between the sequence and the addresses. */
  readonly link: Piece;
}

const BEFORE_SEQUENCE = [
  "ts_source",
  "host",
  "netns",
  "source",
  "group",
  "level",
  "prefix",
  "topic",
  "action",
  "hook",
  "family",
  "in",
  "in_index",
  "out",
  "out_index",
  "phys_in",
  "phys_in_index",
  "phys_out",
  "phys_out_index",
  "mark",
] as const satisfies readonly (keyof PacketEvent)[];
const LINK = ["ether", "vlan"] as const;
const COMPACT_HEAD = COMPACT.slice(COMPACT.indexOf("prefix"), COMPACT.indexOf("src"));

const VERSIONS: Readonly<Record<number, 4 | 6>> = { 2048: 4, 34525: 6 };
/** A prefix of the kernel is 127 bytes at most, of which each may become six. */
const HEAD_BYTES_MAX = 8192;

/** The head of a message, from the event that the whole message makes. */
export function headOf(
  words: Uint32Array,
  message: NflogMessage,
  event: PacketEvent,
  told: AtOnce,
  isWanted: boolean,
): Head {
  const pieces = typeof told === "object" ? textPieces(event, told) : jsonPieces(event, told);
  const isShort = pieces.withKernelTime.length < HEAD_BYTES_MAX;
  return {
    words,
    version: isEthernet(message) && isShort ? (VERSIONS[message.protocol ?? 0] ?? 0) : 0,
    group: message.group,
    isWanted,
    ...pieces,
  };
}

type Pieces = Pick<Head, "withKernelTime" | "withReaderTime" | "link">;

function jsonPieces(event: PacketEvent, fields: FieldSet): Pieces {
  const keys = fields === "compact" ? COMPACT_HEAD : BEFORE_SEQUENCE;
  const timed = (source: PacketEvent["ts_source"]): Piece =>
    pieceOf(`Z",${membersOf(picked({ ...event, ts_source: source }, keys))}`);
  const link = fields === "compact" ? "" : membersOf(picked(event, LINK));
  return {
    withKernelTime: timed("kernel"),
    withReaderTime: timed("reader"),
    link: pieceOf(link === "" ? "" : `,${link}`),
  };
}

/** People are not told whose the time is, nor what stands before the network header. */
function textPieces(event: PacketEvent, style: TextStyle): Pieces {
  const start = pieceOf(`  ${startText(event, style)}`);
  return { withKernelTime: start, withReaderTime: start, link: pieceOf("") };
}

/** The members of an object as JSON, without its braces. */
function membersOf(object: object): string {
  return printable(JSON.stringify(object)).slice(1, -1);
}
