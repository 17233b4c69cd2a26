import { Fault } from "../core/model/fault.ts";
import { findViewer, runTshark, startWireshark, type Viewer, writeTshark } from "./viewer.ts";

export interface ShowOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The program that is wanted; unless said the one for this terminal or desktop. */
  readonly viewer?: Viewer;
  /** Whether a person looks at standard output: then tshark's is shown page by page, else as a line of each packet. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

/**
 * Shows captures in Wireshark where there is a desktop, all at once; else in tshark, one after the other.
 * @returns what there is to say of it
 * @throws Fault where neither is installed, the one that is wanted is not, or one of them could not be shown
 */
export async function showCaptures(files: readonly string[], options: ShowOptions): Promise<string[]> {
  const { env, signal, isTerminal, viewer = findViewer(env) } = options;
  if (viewer === undefined) {
    throw new Fault("not-supported", "neither wireshark nor tshark is installed", "install one of them");
  }
  if (viewer === "wireshark") {
    throwAny(await Promise.all(files.map(async (file) => [file, await startWireshark(file, env)] as const)));
    return files.map((file) => `wireshark shows ${file}`);
  }
  const ends: [string, string][] = [];
  for (const file of files) {
    if (!signal.aborted) ends.push([file, await (isTerminal ? runTshark : writeTshark)(file, signal)]);
  }
  throwAny(ends);
  return [];
}

/** @param ends what went wrong with each; empty: nothing */
function throwAny(ends: readonly (readonly [string, string])[]): void {
  const bad = ends.filter(([, problem]) => problem !== "");
  if (bad.length === 0) return;
  const message = bad.map(([file, problem]) => `cannot show ${file}: ${problem}`).join("; ");
  throw new Fault(
    "refused",
    message,
    "see whether it is a capture; netlogctl packets inspect FILE needs no other program",
  );
}
