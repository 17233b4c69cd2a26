import { connect } from "node:net";
import { hostError } from "./host-errors.ts";

/**
 * Connects to a Unix socket, sends a line, and gives whole lines as they come back, until either end hangs up.
 * @param onSent is called once the line was sent
 * @throws HostError
 */
export async function* connectLines(
  path: string,
  request: string,
  signal: AbortSignal,
  onSent?: () => void,
): AsyncGenerator<Buffer> {
  const socket = connect({ path });
  const stop = (): void => {
    socket.destroy();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    socket.write(`${request}\n`, (error) => {
      if (!error) onSent?.();
    });
    let begun: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(0x0a) + 1;
      begun.push(chunk.subarray(0, end));
      if (end > 0) yield Buffer.concat(begun);
      begun = end > 0 ? [chunk.subarray(end)] : [...begun.slice(0, -1), chunk];
    }
  } catch (error) {
    if (!signal.aborted) throw hostError(error, "connect to", path);
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}
