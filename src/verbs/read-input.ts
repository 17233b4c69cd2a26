import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";

/** Some hundred thousand rules. */
const BYTES_MAX = 64 * 1024 * 1024;

/** Where revisions that were applied are kept, each as the document that was handed to nft. */
const REVISIONS = "/var/lib/netlogctl/revisions";

/** A text of the user's and what it is called. */
export interface Input {
  readonly text: string;
  readonly source: string;
  /** The git revision that it is of, such as HEAD~1. */
  readonly revision: string | undefined;
}

/**
 * Reads what the user named: a file, "-" for standard input, `REV:PATH` for a file of a git revision, or `rev:N` for a
 * revision that was applied. A file that is there goes before a revision of that spelling.
 */
export async function readInput(host: Host, name: string): Promise<Input> {
  const number = /^rev:([1-9][0-9]{0,8})$/.exec(name)?.[1];
  if (number !== undefined) {
    const text = await readFile(host, `${REVISIONS}/${number}.json`, "look with netlogctl rules history");
    return { text, source: name, revision: undefined };
  }
  const [, revision, path] = /^([^:-][^:]*):(.+)$/.exec(name) ?? [];
  if (revision === undefined || path === undefined || (await isThere(host, name))) {
    return { text: await readFile(host, name), source: name === "-" ? "standard input" : name, revision: undefined };
  }
  return { text: await readRevision(host, name), source: name, revision };
}

async function isThere(host: Host, path: string): Promise<boolean> {
  try {
    await host.readInput(path, 1);
    return true;
  } catch (error) {
    return error instanceof HostError && error.code !== "ENOENT";
  }
}

export async function readFile(host: Host, path: string, remedy?: string): Promise<string> {
  try {
    return (await host.readInput(path, BYTES_MAX)).toString("utf8");
  } catch (error) {
    throw error instanceof HostError
      ? faultOfHost(error, `read ${path === "-" ? "standard input" : path}`, remedy)
      : error;
  }
}

async function readRevision(host: Host, name: string): Promise<string> {
  const { code, stdout, stderr } = await git(host, ["cat-file", "blob", name], `read ${name}`);
  if (code === 0) return stdout;
  throw new Fault(
    "not-found",
    `cannot read ${name}: there is no such file, and git says: ${stderr.trim().replace(/^fatal: /, "")}`,
    "name a file, or REVISION:PATH from the top of the repository (REVISION:./PATH from here)",
  );
}

/** The files of a directory as they were at a git revision: their text by name; undefined if git does not keep it. */
export async function readDirectoryAt(
  host: Host,
  revision: string,
  directory: string,
  ending: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const listed = await git(host, ["-C", directory, "ls-tree", "--name-only", "-z", revision, "./"], "list templates");
  if (listed.code !== 0) return undefined;
  const names = listed.stdout.split("\0").filter((name) => name.endsWith(ending));
  const files = new Map<string, string>();
  for (const name of names) {
    const { stdout } = await git(host, ["-C", directory, "cat-file", "blob", `${revision}:./${name}`], `read ${name}`);
    files.set(name, stdout);
  }
  return files;
}

async function git(host: Host, args: readonly string[], doing: string): ReturnType<Host["runHere"]> {
  try {
    return await host.runHere("git", args);
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, doing, "install git, or name a file") : error;
  }
}
