/** All that the names of one message may hold: a few compressed ones can stand for far more than the message is long. */
const NAME_BYTES_MAX = 0x1_0000;
const POINTERS_MAX = 254;
const LABELS_BYTES_MAX = 255;

/** A reader of the names in a DNS message (RFC 1035, 4.1.4), which gives up where gopacket does, or where they hold too much. */
export class NameReader {
  readonly #bytes: Buffer;
  #left = NAME_BYTES_MAX;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * The labels with dots between them, and where the name ends; no labels for the root; undefined where it is broken.
   * @param end of what may be read
   */
  read(from: number, end: number): { name: Buffer | undefined; end: number } | undefined {
    const labels: Buffer[] = [];
    let [at, after]: [number, number | undefined] = [from, undefined];
    for (let pointers = 0; pointers <= POINTERS_MAX; pointers += 1) {
      const stop = this.#labels(at, end, labels);
      if (stop === undefined) return undefined;
      const byte = this.#bytes[stop] ?? 0;
      if (byte === 0) return this.#whole(labels, after ?? stop + 1, pointers);
      if (stop + 2 > end) return undefined;
      after ??= stop + 2;
      at = this.#bytes.readUInt16BE(stop) & 0x3fff;
    }
    return undefined;
  }

  /** Takes labels up to a pointer or the end, and gives where that stands. */
  #labels(from: number, end: number, labels: Buffer[]): number | undefined {
    let at = from;
    while (at < end) {
      const length = this.#bytes[at] ?? 0;
      if (length === 0 || length >= 0xc0) return at;
      const next = at + 1 + length;
      if (length > 63 || next > end || next - from > LABELS_BYTES_MAX) return undefined;
      labels.push(this.#bytes.subarray(at + 1, next));
      this.#left -= length + 1;
      if (this.#left < 0) return undefined;
      at = next;
    }
    return undefined;
  }

  /** The root behind a pointer is an empty name to gopacket, and none as long as it has read no label at all. */
  #whole(labels: Buffer[], end: number, pointers: number): { name: Buffer | undefined; end: number } {
    if (labels.length === 0 && (pointers === 0 || this.#left === NAME_BYTES_MAX)) return { name: undefined, end };
    const dot = Buffer.from(".");
    return { name: Buffer.concat(labels.flatMap((label, at) => (at === 0 ? [label] : [dot, label]))), end };
  }
}
