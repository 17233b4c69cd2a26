import { setImmediate as turn } from "node:timers/promises";

const CHUNK_CHARACTERS = 65_536;

/** Texts put together so that each write is worth it; it ends with the signal, whose cause is given a chance to be heard. */
export async function* chunked(
  texts: Iterable<string> | AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let chunk = "";
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
    await turn();
    if (signal.aborted) return;
  }
  if (chunk !== "") yield chunk;
}
