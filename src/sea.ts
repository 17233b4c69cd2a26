// The program as one file with its Node. It is told as it is elsewhere what to run: another script of its own is named by its
// path, as if this file were the directory of the program.
import { createRequire } from "node:module";
import { join } from "node:path";
import { heldFile, heldNames } from "./host/held-files.ts";
import { Pack } from "./host/pack.ts";
import { tellVersion } from "./host/read-versions.ts";

const root = process.execPath;
const directory = join(root, "dist", "bin");
const own = createRequire(root);
const LIBRARIES: Readonly<Record<string, () => unknown>> = {
  koffi: () => require("koffi"),
  libsql: () => require("libsql"),
};
const requireHere = (id: string): unknown => LIBRARIES[id]?.() ?? own(id);

const [first = "", ...rest] = process.argv.slice(2);
const SCRIPTS = heldNames(directory)?.filter((name) => name.endsWith(".cjs")) ?? [];
const isScript = ["netlogctl.cjs", ...SCRIPTS].some((name) => first === join(directory, name));
if (isScript && first !== join(directory, "netlogctl.cjs")) {
  process.argv.splice(1, 1); // as Node has it for a script
  runScript(first);
} else {
  const words = isScript ? rest : process.argv.slice(2);
  if (!tellVersion(words, root)) void main().run(root, words, {});
}

function main(): { run: typeof import("./main.ts").main } {
  return openPack().load("./main.js") as { run: typeof import("./main.ts").main };
}

function openPack(): Pack {
  const index = textOf("netlogctl.index.json");
  const pack = heldFile(join(directory, "netlogctl.pack")) as Buffer;
  const read = (offset: number, bytes: number): Buffer => pack.subarray(offset, offset + bytes);
  return new Pack(directory, requireHere, { index, bytes: pack.length, read });
}

function textOf(name: string): string {
  return (heldFile(join(directory, name)) as Buffer).toString("utf8");
}

/** A process of its own that this program starts. */
function runScript(path: string): void {
  const { Script } = process.getBuiltinModule("node:vm");
  const script = new Script(`(require, module, exports) => {${heldFile(path)?.toString("utf8")}\n}`, {
    filename: path,
  });
  const module = { exports: {} };
  script.runInThisContext()(requireHere, module, module.exports);
}
