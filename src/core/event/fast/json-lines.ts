import type { FieldSet, PayloadStyle } from "../pipeline.ts";
import type { Moment } from "../time-text.ts";
import { type ByteWriter, pieceOf } from "./byte-writer.ts";
import type { Copied } from "./copied.ts";
import type { Found } from "./found.ts";
import type { Head } from "./heads.ts";
import { writeNetwork } from "./network-writer.ts";
import { type PacketLines, SecondStart } from "./packet-lines.ts";

const UID = pieceOf(',"uid":');
const GID = pieceOf(',"gid":');
const SEQ = pieceOf(',"seq":');
const SEQ_GLOBAL = pieceOf(',"seq_global":');
const PAYLOAD = pieceOf(',"payload":"');
const PAYLOAD_END = {
  hex: pieceOf('","payload_encoding":"hex"'),
  base64: pieceOf('","payload_encoding":"base64"'),
};
const PAYLOAD_CUT = pieceOf(',"payload_cut":');
const END = pieceOf("}\n");

/** Writes packets as lines of JSON, as their events make them. */
export class JsonLines implements PacketLines {
  readonly #out: ByteWriter;
  readonly #isCompact: boolean;
  readonly #payload: PayloadStyle | undefined;
  readonly #start = new SecondStart((second) => `{"schema":1,"kind":"packet","ts":"${second}.`);

  constructor(out: ByteWriter, fields: FieldSet, payload: PayloadStyle | undefined) {
    this.#out = out;
    this.#isCompact = fields === "compact";
    this.#payload = payload;
  }

  write(head: Head, found: Found, packet: Copied, moment: Moment): boolean {
    this.#writeTime(head, found, moment);
    if (!this.#isCompact) this.#writeNumbers(head, found);
    if (!writeNetwork(this.#out, packet, this.#isCompact)) return false;
    if (this.#payload !== undefined) this.#writePayload(this.#payload, packet);
    this.#out.piece(END);
    return true;
  }

  #writeTime(head: Head, { seconds, microseconds }: Found, moment: Moment): void {
    const out = this.#out;
    if (seconds < 0) {
      out.piece(this.#start.of(moment.seconds));
      out.nanoseconds(moment.nanoseconds);
      out.piece(head.withReaderTime);
    } else {
      out.piece(this.#start.of(seconds));
      out.microseconds(microseconds);
      out.piece(head.withKernelTime);
    }
  }

  #writeNumbers(head: Head, { uid, gid, sequence, sequenceGlobal }: Found): void {
    const out = this.#out;
    if (uid >= 0) {
      out.piece(UID);
      out.number(uid);
    }
    if (gid >= 0) {
      out.piece(GID);
      out.number(gid);
    }
    if (sequence >= 0) {
      out.piece(SEQ);
      out.number(sequence);
    }
    if (sequenceGlobal >= 0) {
      out.piece(SEQ_GLOBAL);
      out.number(sequenceGlobal);
    }
    out.piece(head.link);
  }

  #writePayload({ encoding, bytesMax }: PayloadStyle, { bytes, view, at, end }: Copied): void {
    const out = this.#out;
    const last = Math.min(end, at + bytesMax);
    out.piece(PAYLOAD);
    if (encoding === "hex") out.hex(bytes, at, last);
    else out.base64(view, at, last);
    out.piece(PAYLOAD_END[encoding]);
    if (last < end) {
      out.piece(PAYLOAD_CUT);
      out.number(end - last);
    }
  }
}
