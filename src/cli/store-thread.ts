import { heldFile, startThread } from "../host/held-files.ts";

/** What a store's thread is started with: its file, unless the program holds that itself. */
export function storeThread(program: string): string | ((options: object) => ReturnType<typeof startThread>) {
  if (heldFile(program) === undefined) return program;
  return (options) => startThread(program, () => import("libsql"), options);
}
