// The program. What is asked most often, which version it is, is answered before anything is loaded.
import { join } from "node:path";
import { Pack } from "./host/pack.ts";
import { tellVersion } from "./host/read-versions.ts";

const words = process.argv.slice(2);
if (!tellVersion(words, __filename)) void open()?.run(join(__dirname, "..", ".."), words, {});

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
