import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "../core/model/fault.ts";
import { FILE_BYTES_MAX, type Host, HostError, NOT_RECORDED, orUndefined, type RunResult } from "../core/model/host.ts";
import {
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  type Manifest,
  NAMESPACES_DIRECTORY,
  PROGRAMS_DIRECTORY,
  programName,
} from "../core/model/recording.ts";
import { hostError } from "./host-errors.ts";
import { openLocalHost } from "./local-host.ts";

/** What a program may have printed. */
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/**
 * A machine that was recorded: a directory with its files, `DIR/proc/net/netfilter/nf_log` and so on; a link is a file
 * that holds what the link holds. What programs answered stands in DIR/programs, what was recorded of another network
 * namespace in DIR/namespaces/PATH, what is in no file in DIR/recorded.json. It can be read, not changed, and is read
 * as what a stranger sent: nothing in it leads out of it.
 */
export async function openRecordedHost(directory: string): Promise<Host> {
  const { netns } = await readManifest(directory);
  return recordedHost(directory, netns ?? undefined);
}

function recordedHost(directory: string, netns: string | undefined): Host {
  const local = openLocalHost();
  const refuse = (act: string, path: string): Promise<never> => Promise.reject(new HostError("EROFS", act, path));
  let manifest: Promise<Manifest> | undefined;
  const told = (): Promise<Manifest> => {
    manifest ??= readManifest(directory);
    return manifest;
  };
  const answer = async <T>(act: string, path: string, ask: (place: string) => Promise<T>): Promise<T> => {
    const refusal = (await told()).refusals[path];
    if (refusal !== undefined) throw new HostError(refusal, act, path);
    return await renamed(act, path, async () => await ask(placeOf(directory, path)));
  };
  return {
    label: `recorded machine ${directory}`,
    netns,
    read: (path, bytesMax) => answer("read", path, (place) => local.read(place, bytesMax)),
    readInput: local.readInput,
    openInput: local.openInput,
    writeOutput: local.writeOutput,
    readLink: async (path) =>
      (await answer("read", path, (place) => local.read(place))).toString("utf8").replace(/\n$/, ""),
    list: (path) => answer("list", path, (place) => local.list(place)),
    inode: async (path) => {
      const inode = (await told()).inodes[path];
      if (inode === undefined) throw new HostError("ENOENT", "look at", path);
      return inode;
    },
    writeKernel: (path) => refuse("write", path),
    replaceFile: (path) => refuse("write", path),
    writeScratch: (path) => refuse("write", path),
    removeFile: (path) => refuse("remove", path),
    makeDirectory: (path) => refuse("create", path),
    run: (file, args) => readProgram(directory, file, args),
    openLines: (file) => {
      throw new HostError("EROFS", "run", file);
    },
    startDetached: (file) => refuse("run", file),
    runHere: local.runHere,
    lock: (path) => refuse("lock", path),
    rulesetGeneration: async () => undefined,
    inNamespace: (path) => recordedHost(join(directory, NAMESPACES_DIRECTORY, resolve("/", path)), undefined),
  };
}

/** Errors name the machine's path. */
async function renamed<T>(act: string, path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof HostError ? new HostError(error.code, act, path, { cause: error }) : error;
  }
}

/** Where a path of the machine stands; neither dots nor links lead out of the directory. */
function placeOf(directory: string, path: string): string {
  const place = join(directory, resolve("/", path));
  try {
    const [top, real] = [realpathSync(directory), realpathSync(place)];
    if (real === top || real.startsWith(`${top}/`)) return real;
  } catch (error) {
    throw hostError(error, "read", path);
  }
  throw new HostError("ELOOP", "read", path);
}

/** What a program answered when the machine was recorded. */
async function readProgram(directory: string, file: string, args: readonly string[]): Promise<RunResult> {
  const name = programName(file, args, (text) => createHash("sha256").update(text).digest("hex").slice(0, 32));
  const part = async (what: string): Promise<string | undefined> => {
    const ask = async () =>
      openLocalHost().read(placeOf(directory, `${PROGRAMS_DIRECTORY}/${name}/${what}`), OUTPUT_BYTES_MAX);
    return (await orUndefined(renamed("run", file, ask), "ENOENT", "ENOTDIR"))?.toString("utf8");
  };
  const refusal = await part("refusal");
  if (refusal !== undefined) throw new HostError(refusal.trim(), "run", file);
  const stdout = await part("stdout");
  if (stdout === undefined) throw new HostError(NOT_RECORDED, "run", [file, ...args].join(" "));
  const code = Number((await part("code")) ?? 0);
  return { code: Number.isInteger(code) ? code : 1, stdout, stderr: (await part("stderr")) ?? "" };
}

const NO_MANIFEST: Manifest = { netlogctl: MANIFEST_FORMAT, netns: null, refusals: {}, inodes: {} };

/** Machines that were put together by hand have none. */
async function readManifest(directory: string): Promise<Manifest> {
  const ask = async () => openLocalHost().read(placeOf(directory, MANIFEST_FILE), FILE_BYTES_MAX);
  const text = await orUndefined(renamed("read", MANIFEST_FILE, ask), "ENOENT", "ENOTDIR");
  if (text === undefined) return NO_MANIFEST;
  const manifest = parseManifest(text.toString("utf8"));
  if (manifest !== undefined) return manifest;
  throw new Fault("bad-input", "it tells of no recorded machine, or is damaged", "record the machine again", {
    where: join(directory, MANIFEST_FILE),
  });
}

function parseManifest(text: string): Manifest | undefined {
  try {
    const { netlogctl, netns, refusals, inodes } = JSON.parse(text) as Record<string, unknown>;
    if (netlogctl !== MANIFEST_FORMAT || (netns !== null && typeof netns !== "string")) return undefined;
    return { netlogctl, netns, refusals: onlyOf(refusals, "string"), inodes: onlyOf(inodes, "number") };
  } catch {
    return undefined;
  }
}

/** The members of that type, in an object that has no others of its own. */
function onlyOf<T>(value: unknown, type: "string" | "number"): Record<string, T> {
  const members = Object.entries(value as object).filter(([, member]) => typeof member === type);
  return Object.assign(Object.create(null) as object, Object.fromEntries(members)) as Record<string, T>;
}
