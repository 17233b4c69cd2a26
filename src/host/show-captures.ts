import { spawn } from "node:child_process";
import { Fault } from "../core/model/fault.ts";
import { findViewer, runTshark, startWireshark } from "./viewer.ts";

export interface ShowOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Whether a person looks at standard output: then tshark's is shown page by page. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

/**
 * Shows captures in Wireshark where there is a desktop, all at once; else in tshark, one after the other.
 * @returns what there is to say of it
 * @throws Fault where neither is installed
 */
export async function showCaptures(files: readonly string[], options: ShowOptions): Promise<string[]> {
  const viewer = findViewer(options.env);
  if (viewer === undefined) {
    throw new Fault("not-supported", "neither wireshark nor tshark is installed", "install one of them");
  }
  if (viewer === "wireshark") return files.map(shownInWireshark);
  const said: string[] = [];
  for (const file of files) {
    if (!options.signal.aborted) said.push(await shownInTshark(file, options));
  }
  return said.filter((line) => line !== "");
}

function shownInWireshark(file: string): string {
  startWireshark(file);
  return `wireshark shows ${file}`;
}

async function shownInTshark(file: string, { isTerminal, signal }: ShowOptions): Promise<string> {
  if (isTerminal) return await runTshark(file, signal);
  const tshark = spawn("tshark", ["-r", file], { stdio: ["ignore", "inherit", "inherit"], signal });
  const code = await new Promise((resolve) => {
    tshark.once("error", () => resolve(127));
    tshark.once("close", resolve);
  });
  return code === 0 || code === null ? "" : `tshark ended with ${code} for ${file}`;
}
