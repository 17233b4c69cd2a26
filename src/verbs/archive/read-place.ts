import { createLineCutter } from "../../core/event/read-events/cut-lines.ts";
import { type Place, PlaceError, type PlaceOptions } from "../../core/model/place.ts";

/** A connection that broke is tried so often in all. */
const TRIES = 3;

/** No line of what places say is as long, but for manifests. */
const LINE_BYTES_MAX = 4096;

/** So much is listed by what fills no memory. */
const LISTED_BYTES_MAX = 32 * 2 ** 20;

/** What is told of a trouble at a place or with a file, in one line. */
export function whyOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  throw error;
}

/** Does it again where the connection ended in between. */
export async function withTries<T>(action: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof PlaceError) || error.how !== "cut-off" || count === TRIES) throw error;
    }
  }
}

export interface Asking extends PlaceOptions {
  readonly script: string;
  readonly words: readonly string[];
  readonly lineBytesMax?: number;
  /** For longer than that nothing is awaited. */
  readonly limitMs?: number;
  /** More than that is not read. */
  readonly bytesMax?: number;
}

/** The lines that a script writes there. @throws PlaceError */
export async function* askLines(
  place: Place,
  { script, words, lineBytesMax, bytesMax = Number.POSITIVE_INFINITY, ...options }: Asking,
): AsyncGenerator<string> {
  const cutter = createLineCutter(lineBytesMax ?? LINE_BYTES_MAX);
  let bytes = 0;
  for await (const chunk of place.run(script, words, options)) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new PlaceError("failed", place.label, `it says more than ${bytesMax} bytes`);
    for (const line of cutter.push(chunk)) yield line.toString("utf8");
  }
  for (const line of cutter.end()) yield line.toString("utf8");
}

/** All of them (up to 32 MiB unless said), asked for again if the connection breaks. */
export async function askAll(place: Place, asking: Asking): Promise<string[]> {
  return await withTries(async () => {
    const lines: string[] = [];
    for await (const line of withinLimit(place, { bytesMax: LISTED_BYTES_MAX, ...asking })) lines.push(line);
    return lines;
  });
}

async function* withinLimit(place: Place, { limitMs, ...asking }: Asking): AsyncGenerator<string> {
  if (limitMs === undefined) return yield* askLines(place, asking);
  const limit = AbortSignal.timeout(limitMs);
  const signal = asking.signal === undefined ? limit : AbortSignal.any([asking.signal, limit]);
  try {
    yield* askLines(place, { ...asking, signal });
  } catch (error) {
    if (!limit.aborted || asking.signal?.aborted) throw error;
    throw new PlaceError("failed", place.label, `it did not answer within ${limitMs / 1000} s`);
  }
}

/** Lines as a script is given them. */
export async function* asInput(lines: readonly string[]): AsyncGenerator<Buffer> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
