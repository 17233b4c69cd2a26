const CHUNK_BYTES = 1024 * 1024;
const LENGTH_BYTES = 4;

/** Datagrams that were received and are still to be handed on, in the order in which they came. */
export class KeptDatagrams {
  /** Each datagram stands behind its length. */
  readonly #chunks: { readonly bytes: Buffer; end: number }[] = [];
  #takenTo = 0;
  #bytes = 0;

  /** How many bytes they are together. */
  get bytes(): number {
    return this.#bytes;
  }

  keep(datagram: Buffer): void {
    const chunk = this.#chunkFor(LENGTH_BYTES + datagram.length);
    chunk.bytes.writeUInt32LE(datagram.length, chunk.end);
    datagram.copy(chunk.bytes, chunk.end + LENGTH_BYTES);
    chunk.end += LENGTH_BYTES + datagram.length;
    this.#bytes += datagram.length;
  }

  /** Hands the first one on: how long it was, or -1 where none is kept. */
  take(into: Buffer): number {
    const [chunk] = this.#chunks;
    if (chunk === undefined) return -1;
    const from = this.#takenTo + LENGTH_BYTES;
    const length = chunk.bytes.readUInt32LE(this.#takenTo);
    chunk.bytes.copy(into, 0, from, from + length);
    this.#bytes -= length;
    this.#takenTo = from + length;
    if (this.#takenTo === chunk.end) this.#forgetFirst();
    return length;
  }

  #chunkFor(bytes: number): { readonly bytes: Buffer; end: number } {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.end + bytes <= last.bytes.length) return last;
    const chunk = { bytes: Buffer.allocUnsafe(Math.max(CHUNK_BYTES, bytes)), end: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  #forgetFirst(): void {
    this.#chunks.shift();
    this.#takenTo = 0;
  }
}
