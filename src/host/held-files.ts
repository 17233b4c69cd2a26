import type { Worker, WorkerOptions } from "node:worker_threads";

/*
 * Where the program is one file with its Node (Node's single executable applications), it holds its own files itself: each goes
 * by its path as if that one file were the directory of the program. Elsewhere there are none.
 */
const inside = `${process.execPath}/`;

/** The asset that names all others. */
const NAMES = "names.json";

/** A file that the program holds; undefined where that path leads to no place in it. */
export function heldFile(path: string): Buffer | undefined {
  if (!path.startsWith(inside)) return undefined;
  return heldBytes(path.slice(inside.length));
}

/** The names in a directory that the program holds; undefined where that path leads to no place in it. */
export function heldNames(path: string): string[] | undefined {
  if (!path.startsWith(inside)) return undefined;
  const directory = `${path.slice(inside.length)}/`;
  const all = JSON.parse(heldBytes(NAMES).toString("utf8")) as string[];
  return all.filter((name) => name.startsWith(directory)).map((name) => name.slice(directory.length));
}

/**
 * Starts a thread with the program in this file.
 * @param loadNative loads the native library that the thread will: one that the program holds has to be the same for all
 * threads, and what is loaded first here is
 */
export async function startThread(
  program: string,
  loadNative: () => Promise<unknown>,
  options: WorkerOptions,
): Promise<Worker> {
  const { Worker } = process.getBuiltinModule("node:worker_threads"); // slow to load: only where a thread is started
  const held = heldFile(program);
  if (held === undefined) return new Worker(program, options);
  await loadNative();
  return new Worker(held.toString("utf8"), { ...options, eval: true });
}

/** What is left out of it is as good as a file that is not there. */
function heldBytes(name: string): Buffer {
  const { getRawAsset } = process.getBuiltinModule("node:sea");
  try {
    return Buffer.from(getRawAsset(name) as ArrayBuffer);
  } catch (cause) {
    throw Object.assign(new Error(`ENOENT: ${name}`, { cause }), { code: "ENOENT" });
  }
}
