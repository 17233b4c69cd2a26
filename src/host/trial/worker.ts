// Runs trials: one by one, each a line of JSON on standard input, answered by a line on standard output. It has a process of
// its own because its thread goes from one network namespace into the next.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Trial } from "../../core/model/trial.ts";
import { endWithParent, stayOn } from "../libc.ts";
import { runTrial } from "./run-trial.ts";
import { Outside } from "./scratch-namespace.ts";

/** Whole, also where it is more than the pipe takes at once. */
function answer(value: object): void {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  let at = 0;
  while (at < bytes.length) at += writeSync(1, bytes, at);
}

try {
  endWithParent();
  stayOn(Number(process.argv[2]));
  const outside = new Outside();
  answer({ isReady: true });
  createInterface({ input: process.stdin }).on("line", (line) => answer(runTrial(outside, JSON.parse(line) as Trial)));
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  answer({ isReady: false, code, says: message });
}
