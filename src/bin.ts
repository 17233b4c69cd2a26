// The program. What is asked most often, which version it is, is answered before anything is loaded.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { Pack } from "./host/pack.ts";
import { readVersions, renderVersions } from "./host/read-versions.ts";

const words = process.argv.slice(2);
if (!(["--version", "-v", "-V"].includes(words[0] ?? "") && tellVersion())) {
  void open()?.run(join(__dirname, "..", ".."), words, {});
}

/** Whether it could be written; else it is told as of any other answer why not. */
function tellVersion(): boolean {
  const versions = readVersions(__filename);
  const text = words.includes("--json") ? JSON.stringify(versions, undefined, 2) : renderVersions(versions);
  try {
    return writeSync(1, `${text}\n`) > 0;
  } catch {
    return false;
  }
}

function open(): { run: typeof import("./main.ts").main } | undefined {
  try {
    return new Pack(__dirname, require).load("./main.js") as { run: typeof import("./main.ts").main };
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`netlogctl: cannot read its own program in ${__dirname}: ${message}\n  install it again\n`);
    process.exitCode = 1;
    return undefined;
  }
}
