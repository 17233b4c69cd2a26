import { createInterface } from "node:readline/promises";
import { Fault } from "../core/model/fault.ts";

/** Whether there is a terminal to ask on. */
function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on the terminal; anything but y or yes is a no. The end of the input, too. */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  if (!canAsk()) {
    throw new Fault("usage", "there is no terminal to ask on", "look with rules preview, then add --yes");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `, { signal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal.aborted)
      throw new Fault("interrupted", `interrupted by ${String(signal.reason)}: nothing was changed`, "run it again", {
        cause: signal.reason,
      });
    throw error;
  } finally {
    terminal.close();
  }
}
