import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { kernelDirectory } from "./kernel.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const VMRUN = fileURLToPath(new URL("vmrun", import.meta.url));

/** A start of netlogctl takes 5 to 15 s in an emulated guest, and another machine may be slower: only a hang is to reach this. */
const GUEST_SECONDS = 1800;

/** What vmrun needs beyond the guest's own time to build the initramfs and to stop the guest. */
const MARGIN_SECONDS = 60;

/** For a vitest hook that boots a guest once. */
export const BOOT_TIMEOUT_MS = (GUEST_SECONDS + 2 * MARGIN_SECONDS) * 1000;

/** The guest: a cold boot with nothing kept unless said otherwise. */
export interface VmOptions {
  /** Keep what the guest writes on this image: the next boot with it is the same machine. */
  readonly disk?: string;
  /** Boot systemd as PID 1 and run the script when it has reached multi-user.target. */
  readonly systemd?: boolean;
  /** How much memory it has, in MiB; 512 unless said. */
  readonly memory?: number;
}

/** What the script wrote to standard output and standard error, and its exit code. */
interface VmResult {
  readonly code: number;
  readonly output: string;
}

/** What one step of a script left behind. */
export interface StepResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Boots a guest on this machine's root file system, read-only, and runs the bash script in it as root. */
async function runInVm(script: string, { disk, systemd = false, memory = 512 }: VmOptions = {}): Promise<VmResult> {
  const args = [
    "-k",
    kernelDirectory(),
    "-t",
    String(GUEST_SECONDS),
    "-m",
    String(memory),
    ...(disk === undefined ? [] : ["-p", disk]),
  ];
  const result = await execa(VMRUN, [...args, ...(systemd ? ["-S", "-c", "2"] : []), script], {
    cwd: ROOT,
    reject: false,
    stripFinalNewline: false,
    timeout: (GUEST_SECONDS + MARGIN_SECONDS) * 1000,
  });
  if (result.exitCode === undefined || result.stderr !== "") {
    throw new Error(`vmrun ended with ${result.exitCode ?? result.signal}:\n${result.stderr}\n${result.stdout}`);
  }
  return { code: result.exitCode, output: result.stdout };
}

/**
 * Boots a guest and runs these bash scripts in it one after the other, whatever they end with. `netlogctl` is the built
 * one of this checkout.
 */
export async function runSteps<Name extends string>(
  steps: Readonly<Record<Name, string>>,
  options?: VmOptions,
): Promise<Record<Name, StepResult>> {
  const names = Object.keys(steps) as Name[];
  const { output } = await runInVm([PRELUDE, ...names.map((name) => `step ${quote(steps[name])}`)].join("\n"), options);
  const results = output.split(RECORD).slice(1);
  if (results.length !== names.length) throw new Error(`the guest ended after ${results.length} steps:\n${output}`);

  return Object.fromEntries(names.map((name, i) => [name, decodeStep(results[i] ?? "")])) as Record<Name, StepResult>;
}

/** What a command said with --json; one that failed fails the test with its own words. */
export function answerOf<T>({ code, stdout, stderr }: StepResult): T {
  if (code !== 0) throw new Error(`it ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Boots a guest with systemd, runs steps in it, and boots it again from the same disk for the second steps. */
export async function bootTwice<First extends string, Second extends string>(
  first: Readonly<Record<First, string>>,
  second: Readonly<Record<Second, string>>,
): Promise<[Record<First, StepResult>, Record<Second, StepResult>]> {
  const directory = await mkdtemp(join(tmpdir(), "netlogctl-vm-"));
  const options = { disk: join(directory, "disk.img"), systemd: true };
  try {
    return [await runSteps(first, options), await runSteps(second, options)];
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Which logger each row is bound to, read from the text of /proc/net/netfilter/nf_log by the kernel's own numbers. */
export function boundRows(table: string): Record<string, string> {
  const rows = [...table.matchAll(/^ *(\d+) (\S+) \(/gm)].map(([, row, logger]) => [row, logger]);
  if (rows.length === 0) throw new Error(`this is not the kernel's table of loggers:\n${table}`);
  return Object.fromEntries(rows.filter(([, logger]) => logger !== "NONE"));
}

const RECORD = "\u001e";
const UNIT = "\u001f";

/** Each step's answer starts with RECORD; its exit code, standard output and standard error stand between UNITs. */
const PRELUDE = `
mkdir -p /run/vm/bin
printf '#!/bin/sh\\nexec %s "$@"\\n' ${quote(`${quote(process.execPath)} ${quote(`${ROOT}dist/bin/netlogctl.cjs`)}`)} > /run/vm/bin/netlogctl
chmod +x /run/vm/bin/netlogctl
export PATH=/run/vm/bin:$PATH table=/proc/net/netfilter/nf_log
step() {
  bash -c "$1" > /run/vm/out 2> /run/vm/err
  printf '\\036%s\\037' $?
  cat /run/vm/out
  printf '\\037'
  cat /run/vm/err
}`;

function decodeStep(text: string): StepResult {
  const [code, stdout = "", stderr = ""] = text.split(UNIT);
  return { code: Number(code), stdout, stderr };
}

/** A word that bash takes literally. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
