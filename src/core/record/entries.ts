import {
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  type Manifest,
  NAMESPACES_DIRECTORY,
  PROGRAMS_DIRECTORY,
  type ProgramRun,
  programName,
  type RecordedEntry,
  type Recording,
} from "../model/recording.ts";
import { NETLINK_PATH } from "../procfs/netlink.ts";
import { netfilterLines, ownSockets, socketLines } from "./reduce.ts";

export interface EntryOptions {
  /** What becomes of every text and path that is written. */
  readonly redact: (text: string) => string;
  readonly digest: (text: string) => string;
}

/** The files of a recorded machine: what was read, without what is nobody's business. */
export function entriesOf(recording: Recording, options: EntryOptions): RecordedEntry[] {
  const { redact } = options;
  const kept = new Map<string, Buffer | undefined>();
  for (const path of recording.directories) if (!isProcess(path)) kept.set(path, undefined);
  for (const path of recording.inodes.keys()) if (isName(path)) kept.set(path, Buffer.alloc(0));
  for (const [path, bytes] of filesOf(recording)) kept.set(path, redactBytes(path, bytes, redact));

  const own = [...kept].map(([path, bytes]) => ({ path: redact(path), bytes }));
  const manifest = { path: MANIFEST_FILE, bytes: Buffer.from(redact(manifestOf(recording))) };
  const programs = recording.programs.flatMap((program) => programEntries(program, options));
  const inner = [...recording.namespaces].flatMap(([path, other]) =>
    entriesOf(other, options).map((entry) => ({
      ...entry,
      path: `${NAMESPACES_DIRECTORY}${redact(path)}/${entry.path.replace(/^\//, "")}`,
    })),
  );
  return [manifest, ...own, ...programs, ...inner];
}

/** The names of ip-netns(8): what they lead to is told in recorded.json. */
function isName(path: string): boolean {
  return path.startsWith("/run/netns/");
}

function isProcess(path: string): boolean {
  return /^\/proc\/[0-9]+(\/|$)/.test(path);
}

/** Of processes, only who holds a socket of netfilter; of the machine's first, which namespace it lives in. */
function filesOf({ files, links }: Recording): [string, Buffer][] {
  const sockets = ownSockets(files.get(NETLINK_PATH)?.toString("latin1") ?? "");
  const holders = new Set([...files.keys()].flatMap((path) => /^(\/proc\/[0-9]+)\/comm$/.exec(path)?.[1] ?? []));
  const isTold = (path: string, text: string): boolean => {
    const [, holder = "", rest = ""] = /^(\/proc\/[0-9]+)\/(.*)$/.exec(path) ?? [];
    if (rest === "net/netlink") return true;
    return holders.has(holder) && (rest === "comm" || rest === "cgroup" || sockets.has(text));
  };
  const all = [...files, ...[...links].map(([path, link]): [string, Buffer] => [path, Buffer.from(`${link}\n`)])];
  return all
    .filter(([path, bytes]) => !isReserved(path) && (!isProcess(path) || isTold(path, bytes.toString("latin1").trim())))
    .map(([path, bytes]) => [path, reduced(path, bytes)]);
}

/** Without the lines that are of no use to us. */
function reduced(path: string, bytes: Buffer): Buffer {
  if (path.endsWith("/net/netlink")) return mapText(bytes, socketLines);
  return isModuleList(path) ? mapText(bytes, netfilterLines) : bytes;
}

/** What stands beside the machine's own files. */
function isReserved(path: string): boolean {
  return [PROGRAMS_DIRECTORY, NAMESPACES_DIRECTORY, MANIFEST_FILE].includes(path.split("/")[1] ?? "");
}

function isModuleList(path: string): boolean {
  return path === "/proc/modules" || /^\/lib\/modules\/.*\/modules\.[a-z]+$/.test(path);
}

/** Addresses are ASCII: other bytes pass as they are. */
function mapText(bytes: Buffer, change: (text: string) => string): Buffer {
  return Buffer.from(change(bytes.toString("latin1")), "latin1");
}

function redactBytes(path: string, bytes: Buffer, redact: (text: string) => string): Buffer {
  return path.endsWith(".gz") ? bytes : mapText(bytes, redact);
}

function manifestOf({ netns, refusals, inodes }: Recording): string {
  const manifest: Manifest = {
    netlogctl: MANIFEST_FORMAT,
    netns: netns ?? null,
    refusals: Object.fromEntries([...refusals].filter(([path]) => !isProcess(path))),
    inodes: Object.fromEntries([...inodes].filter(([path]) => isName(path))),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function programEntries({ file, args, answer }: ProgramRun, { redact, digest }: EntryOptions): RecordedEntry[] {
  const directory = `${PROGRAMS_DIRECTORY}/${programName(file, args.map(redact), digest)}`;
  const parts =
    "refusal" in answer
      ? { refusal: `${answer.refusal}\n` }
      : {
          stdout: redact(answer.stdout),
          ...(answer.stderr === "" ? {} : { stderr: redact(answer.stderr) }),
          ...(answer.code === 0 ? {} : { code: `${answer.code}\n` }),
        };
  return Object.entries(parts).map(([name, text]) => ({ path: `${directory}/${name}`, bytes: Buffer.from(text) }));
}
