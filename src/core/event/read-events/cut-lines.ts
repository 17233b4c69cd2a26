/** Cuts a stream of bytes into lines, of which it holds one at most. */
export interface LineCutter {
  push(chunk: Buffer): Buffer[];
  /** What stands behind the last line feed. */
  end(): Buffer[];
}

const LINE_BYTES_MAX = 65_536;
const LINE_FEED = 10;

/** Lines without their line feeds; what a line has beyond so many bytes (64 KiB unless said) is left out. */
export function createLineCutter(bytesMax = LINE_BYTES_MAX): LineCutter {
  let held: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer): void => {
    const kept = part.subarray(0, bytesMax - size);
    if (kept.length === 0) return;
    held.push(kept);
    size += kept.length;
  };
  const take = (): Buffer => {
    const line = held.length === 1 ? (held[0] ?? EMPTY) : Buffer.concat(held);
    held = [];
    size = 0;
    return line;
  };

  return {
    push(chunk) {
      const lines: Buffer[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
        keep(chunk.subarray(from, at));
        lines.push(take());
        from = at + 1;
      }
      // The chunk may be the reader's own memory, which the next one overwrites.
      keep(Buffer.from(chunk.subarray(from, from + bytesMax - size)));
      return lines;
    },
    end: () => (size === 0 ? [] : [take()]),
  };
}

const EMPTY = Buffer.alloc(0);
