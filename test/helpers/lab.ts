import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IS_ROOT = process.getuid?.() === 0;

/** What a lab's first process does before it waits: a /run, an /etc and a /var/lib of its own. */
const SETUP = [
  "mount -t tmpfs run /run",
  "mount -t tmpfs lab /mnt",
  "mkdir /mnt/upper /mnt/work",
  "mount -t overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work etc /etc",
  // In a user namespace, directories of the machine's root belong to nobody: those that are written to are replaced.
  "mkdir -p /etc/modules-load.d /etc/systemd/system /etc/tmpfiles.d",
  "mount -t tmpfs etc /etc/modules-load.d",
  "mount -t tmpfs etc /etc/systemd/system",
  "mount -t tmpfs etc /etc/tmpfiles.d",
  "mount -t tmpfs lib /var/lib",
  "ip link set lo up",
  "echo ready",
  "exec cat",
].join(" && ");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process in a lab whose lines can be awaited. */
export interface Running {
  /** The next line of its standard output or error that holds the text. */
  line(text: string): Promise<string>;
  /** The lines so far that were not taken; it is called behind line(). */
  rest(): readonly string[];
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Writes to its standard input. */
  send(text: string): void;
  endInput(): void;
}

/** Network, mount and process namespaces of their own, on the real kernel; whatever runs in them ends with it. */
export interface Lab extends AsyncDisposable {
  run(file: string, args: readonly string[], input?: string): Promise<Ran>;
  netlogctl(...args: string[]): Promise<Ran>;
  /** Runs netlogctl with --json and gives its answer; fails unless it exits with 0. */
  json<T>(...args: string[]): Promise<T>;
  start(file: string, args: readonly string[]): Running;
  /** The text of a file as seen in the lab; undefined if it is not there. */
  text(path: string): Promise<string | undefined>;
  /** Row by row what /proc/net/netfilter/nf_log says is bound: { 2: "nf_log_ipv4", ... }. */
  bound(): Promise<Record<string, string>>;
}

export const MAIN = `${ROOT}dist/bin/netlogctl.cjs`;
export const HELPERS = `${ROOT}test/helpers`;

/** Opens a lab: as root with real privileges, as anybody else in a user namespace. */
export async function openLab(): Promise<Lab> {
  const holder = spawn(
    "unshare",
    [
      ...(IS_ROOT ? [] : ["--map-root-user"]),
      ..."--net --mount --pid --fork --mount-proc --kill-child".split(" "),
      ...["sh", "-c", SETUP],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  await lineOf(holder, "ready");
  const pid = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8").trim();
  const entrance = [
    `--target=${pid}`,
    ...(IS_ROOT ? [] : ["--user", "--preserve-credentials"]),
    ..."--net --mount --pid --".split(" "),
  ];
  const run: Lab["run"] = async (file, args, input) => {
    const options = input === undefined ? { stdin: "ignore" as const } : { input };
    const result = await execa("nsenter", [...entrance, file, ...args], {
      ...options,
      reject: false,
      stripFinalNewline: false,
      // Node 20 reads those certificates at every start, which takes longer than the start itself.
      env: { NO_COLOR: "1", LC_ALL: "C", NODE_EXTRA_CA_CERTS: undefined },
    });
    return { code: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
  };
  const netlogctl: Lab["netlogctl"] = (...args) => run(process.execPath, [MAIN, ...args]);
  const text: Lab["text"] = async (path) => {
    const { code, stdout } = await run("cat", [path]);
    return code === 0 ? stdout : undefined;
  };
  return {
    run,
    netlogctl,
    text,
    json: async <T>(...args: string[]): Promise<T> => {
      const { code, stdout, stderr } = await netlogctl(...args, "--json");
      if (code !== 0) throw new Error(`netlogctl ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as T;
    },
    start: (file, args) => running(spawn("nsenter", [...entrance, file, ...args], { env: { ...process.env } })),
    bound: async () => {
      const table = (await text("/proc/net/netfilter/nf_log")) ?? "";
      return Object.fromEntries(
        table
          .split("\n")
          .flatMap((line) => [line.trim().split(" ").slice(0, 2)])
          .filter((pair) => pair.length === 2),
      ) as Record<string, string>;
    },
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      holder.kill("SIGKILL");
      await new Promise((resolve) => holder.once("close", resolve));
    },
  };
}

function running(child: ChildProcess): Running {
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    line: (text) => lineOf(child, text),
    rest: () => LINES.get(child)?.lines.splice(0) ?? [],
    ended,
    kill: (signal) => void child.kill(signal),
    send: (text) => void child.stdin?.write(text),
    endInput: () => void child.stdin?.end(),
  };
}

const LINES = new WeakMap<ChildProcess, { lines: string[]; waiting: Set<() => void> }>();

/** The first line not yet taken that holds the text; a process that ends without it is an error with what it said. */
function lineOf(child: ChildProcess, text: string): Promise<string> {
  const box = LINES.get(child) ?? listenTo(child);
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const at = box.lines.findIndex((line) => line.includes(text));
      if (at === -1) return;
      box.waiting.delete(look);
      child.off("close", end);
      resolve(box.lines.splice(0, at + 1).at(-1) as string);
    };
    const end = (code: number | null): void => {
      look();
      reject(new Error(`ended with ${code} before it said "${text}": ${box.lines.join("\n")}`));
    };
    box.waiting.add(look);
    child.once("close", end);
    look();
  });
}

function listenTo(child: ChildProcess): { lines: string[]; waiting: Set<() => void> } {
  const box = { lines: [] as string[], waiting: new Set<() => void>() };
  LINES.set(child, box);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      box.lines.push(line);
      for (const look of [...box.waiting]) look();
    });
  }
  return box;
}
