import { join } from "node:path";
import { type Host, HostError } from "../core/model/host.ts";
import { openLocalHost } from "./local-host.ts";

/**
 * A machine that was recorded: a directory with its files, `DIR/proc/net/netfilter/nf_log` and so on; a link is a file
 * that holds what the link holds. What was recorded of another network namespace stands in DIR/namespaces/PATH.
 * It can be read, not changed.
 */
export function openRecordedHost(directory: string): Host {
  const local = openLocalHost();
  const inside = (path: string): string => join(directory, path);
  const rename = <T>(path: string, answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw error instanceof HostError ? new HostError(error.code, "read", path, { cause: error }) : error;
    });
  const refuse = (act: string, path: string): Promise<never> => Promise.reject(new HostError("EROFS", act, path));
  return {
    label: `recorded machine ${directory}`,
    netns: undefined,
    read: (path, bytesMax) => rename(path, local.read(inside(path), bytesMax)),
    readInput: local.readInput,
    readLink: async (path) => (await rename(path, local.read(inside(path)))).toString("utf8").trimEnd(),
    list: (path) => rename(path, local.list(inside(path))),
    inode: (path) => Promise.reject(new HostError("ENOENT", "look at", path)),
    writeKernel: (path) => refuse("write", path),
    replaceFile: (path) => refuse("write", path),
    removeFile: (path) => refuse("remove", path),
    makeDirectory: (path) => refuse("create", path),
    run: (file) => refuse("run", file),
    runHere: local.runHere,
    lock: (path) => refuse("lock", path),
    inNamespace: (path) => openRecordedHost(join(directory, "namespaces", path)),
  };
}
