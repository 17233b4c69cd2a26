import { setImmediate as turn } from "node:timers/promises";

const CHUNK_CHARACTERS = 65_536;

/** Texts put together so that each is worth what is done for it: to wait for each line costs more than to read it. */
export function* joined(texts: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

/** The texts until the signal, whose cause is given a chance to be heard between two. */
export async function* untilAborted(
  texts: AsyncIterable<string> | Iterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const text of texts) {
    yield text;
    await turn();
    if (signal.aborted) return;
  }
}
