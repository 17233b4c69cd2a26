import { createRequire } from "node:module";
import { join } from "node:path";
import { heldFile } from "../host/held-files.ts";

/**
 * The browser, a bundle of its own, which other commands need not load: what it is made of can only be a module.
 * @param root where package.json is
 */
export async function loadInspector(root: string): Promise<unknown> {
  const directory = join(root, "dist", "bin");
  const held = heldFile(join(directory, "inspector.mjs"));
  if (held === undefined) return await createRequire(join(root, "package.json"))(join(directory, "inspector.cjs"))();
  return await importText(held);
}

/** What comes from no file is imported by a script that may import; that Node calls this experimental is for nobody who looks at packets. */
async function importText(text: Buffer): Promise<unknown> {
  const { Script, constants } = process.getBuiltinModule("node:vm");
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const options = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
    const load = new Script("(url) => import(url)", options).runInThisContext() as (url: string) => Promise<unknown>;
    return await load(`data:text/javascript;base64,${text.toString("base64")}`);
  } finally {
    process.emitWarning = emitWarning;
  }
}
