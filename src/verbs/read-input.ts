import { isUtf8 } from "node:buffer";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";

/** Some hundred thousand rules. */
const BYTES_MAX = 64 * 1024 * 1024;

/** A text of the user's and what it is called. */
export interface Input {
  readonly text: string;
  readonly source: string;
  /** The git revision that it is of, such as HEAD~1. */
  readonly revision: string | undefined;
  /** Whether the machine is to become as it says: then others must not be able to change it, nor templates that go with it. */
  readonly isObeyed?: boolean;
}

/**
 * Reads what the user named: a file, "-" for standard input, or `REV:PATH` for a file of a git revision. A file that is
 * there goes before a revision of that spelling.
 */
export async function readInput(host: Host, name: string, whereNone?: string): Promise<Input> {
  return await readNamed(host, name, { whereNone });
}

/** The same of what the machine is to become by: a Fault where others than root may change it (and this is root). */
export async function readObeyed(host: Host, name: string, whereNone?: string): Promise<Input> {
  return { ...(await readNamed(host, name, { whereNone, isObeyed: true })), isObeyed: true };
}

/** How a file is read: what to do where it is not there, and whether it is obeyed. */
interface Reading {
  readonly whereNone?: string | undefined;
  readonly isObeyed?: boolean | undefined;
}

async function readNamed(host: Host, name: string, reading: Reading): Promise<Input> {
  const [, revision, path] = /^([^:-][^:]*):(.+)$/.exec(name) ?? [];
  if (revision === undefined || path === undefined || (await isThere(host, name))) {
    const source = name === "-" ? "standard input" : name;
    const text = textOf(await readBytes(host, name, reading), source, reading);
    if (name === "-" && text.trim() === "") throw nothingRead();
    return { text: whole(text, source), source, revision: undefined };
  }
  if (reading.isObeyed) await refuseStrangersRepository(host, name);
  return { text: whole(await readRevision(host, name), name), source: name, revision };
}

function textOf(bytes: Buffer, source: string, { isObeyed = false }: Reading): string {
  if (!isObeyed || isUtf8(bytes)) return bytes.toString("utf8");
  throw new Fault("bad-input", "it is no UTF-8: other bytes would be made of it than it holds", MEND, {
    where: source,
  });
}

/** nft takes a text to its first NUL for all of it: what a power cut leaves of a file would be an empty ruleset. */
function whole(text: string, source: string): string {
  const at = text.indexOf("\0");
  if (at === -1) return text;
  const line = text.slice(0, at).split("\n").length;
  throw new Fault("bad-input", `line ${line} has a NUL: it is no text, or was not written to its end`, MEND, {
    where: source,
  });
}

const MEND = "write it again, or put back what it was";

function nothingRead(): Fault {
  const remedy = "see whether what writes to it failed; /dev/null is an empty ruleset";
  return new Fault("bad-input", "standard input is empty", remedy);
}

/** Whether a path leads to anything, without opening it. */
export async function isThere(host: Host, path: string): Promise<boolean> {
  try {
    await host.inode(path);
    return true;
  } catch (error) {
    return error instanceof HostError && error.code !== "ENOENT";
  }
}

/** The text of a file. */
export async function readFile(host: Host, path: string, reading?: Reading): Promise<string> {
  return (await readBytes(host, path, reading)).toString("utf8");
}

/** The same as bytes. */
export async function readBytes(host: Host, path: string, reading: Reading = {}): Promise<Buffer> {
  try {
    return await host.readInput(path, BYTES_MAX, reading.isObeyed);
  } catch (error) {
    throw inputFault(error, path, reading.whereNone);
  }
}

/** The same piece by piece, whatever its size; it ends with the signal. */
export async function* openInput(host: Host, path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* host.openInput(path, signal);
  } catch (error) {
    throw inputFault(error, path);
  }
}

function inputFault(error: unknown, path: string, whereNone?: string): unknown {
  if (!(error instanceof HostError)) return error;
  const doing = path === "-" ? "read standard input" : "read a file";
  return faultOfHost(error, doing, remedyFor(error.code, whereNone));
}

function remedyFor(code: string, whereNone: string | undefined): string | undefined {
  if (code === "EACCES") return "see who may read it: ls -l";
  return code === "ENOENT" ? whereNone : undefined;
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

/** What others could have put into a repository is theirs: its head and its configuration are asked as any file that is obeyed. */
async function refuseStrangersRepository(host: Host, name: string): Promise<void> {
  const asked = ["rev-parse", "--path-format=absolute", "--git-path", "HEAD", "--git-path", "config"];
  const { code, stdout } = await git(host, asked, `read ${name}`);
  if (code !== 0) return; // there is none to read from, which is told then
  for (const path of stdout.trimEnd().split("\n")) await readBytes(host, path, { isObeyed: true });
}

/**
 * The files of a directory as they were at a git revision of the repository that netlogctl was started in: their text by
 * name. undefined for a directory outside of it; a directory that the revision does not have holds none.
 */
export async function readDirectoryAt(
  host: Host,
  revision: string,
  directory: string,
  ending: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const tree = await treeOf(host, revision, directory);
  if (tree === undefined) return undefined;
  const listed = await git(host, ["ls-tree", "-z", tree], "list templates");
  const entries = listed.code === 0 ? listed.stdout.split("\0") : [];
  const files = new Map<string, string>();
  for (const entry of entries) {
    const [, type, id, name = ""] = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    if (type !== "blob" || id === undefined || name.startsWith(".") || !name.endsWith(ending)) continue;
    const { code, stdout, stderr } = await git(host, ["cat-file", "blob", id], `read ${name}`);
    if (code !== 0)
      throw new Fault("refused", `cannot read ${tree}/${name}: git says: ${stderr.trim()}`, "try git fsck");
    files.set(name, stdout);
  }
  return files;
}

/** What git calls the directory at that revision; undefined if it is not in this repository. */
async function treeOf(host: Host, revision: string, directory: string): Promise<string | undefined> {
  const top = await git(host, ["rev-parse", "--show-toplevel"], "list templates");
  const prefix = await git(host, ["rev-parse", "--show-prefix"], "list templates");
  if (top.code !== 0 || prefix.code !== 0) return undefined;
  const root = top.stdout.trimEnd();
  const whole = directory.startsWith("/") ? directory : `${root}/${prefix.stdout.trimEnd()}${directory}`;
  const path = plainPath(whole);
  if (path === root) return `${revision}:`;
  return path.startsWith(`${root}/`) ? `${revision}:${path.slice(root.length + 1)}` : undefined;
}

/** The path without `.` and `..`. */
function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Nothing is fetched: what is not here is not there. */
async function git(host: Host, args: readonly string[], doing: string): ReturnType<Host["runHere"]> {
  try {
    return await host.runHere("git", ["-c", "protocol.allow=never", ...args]);
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, doing, "install git, or name a file") : error;
  }
}
