import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArchivedFile, Manifest } from "../../src/core/archive/manifest.ts";
import type { PullReport } from "../../src/core/archive/pull-report.ts";
import { ArchiveDocument } from "../../src/core/archive/schema.ts";
import { indexFileName } from "../../src/core/capture/file-name.ts";
import type { ArchiveParts } from "../../src/verbs/archive/parts.ts";
import { pullArchive } from "../../src/verbs/archive/pull.ts";
import type { PullWish } from "../../src/verbs/archive/pull-context.ts";
import { PARTS } from "./archives.ts";

/** When the pull is: 03:35 UTC on this day, so that YESTERDAY is over. Machines are in UTC. */
export const NOW = Date.parse("2025-09-01T03:35:00Z");
export const YESTERDAY = "2025-08-31";

/**
 * A machine of its own directory, reached through sh. `BASE/NAME/wrapper` is sourced before each command, which is "$1": a test
 * has it fail as connections do. Its programs stand in BASE/NAME/bin.
 */
export function machineAt(base: string, name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const home = join(base, name);
  mkdirSync(`${home}/bin`, { recursive: true });
  mkdirSync(`${home}/ring`, { recursive: true });
  if (!existsSync(`${home}/wrapper`)) writeFileSync(`${home}/wrapper`, "");
  const script = `HOME=${home}; TZ=UTC; PATH=${home}/bin:$PATH; export HOME TZ PATH; . ${home}/wrapper; exec sh -c "$1"`;
  return { at: { exec: ["sh", "-c", script, "wrapper", "{command}"] }, captures: `${home}/ring`, ...more };
}

/** Has the connection to a machine be as this script says. */
export function connection(base: string, name: string, script: string): void {
  writeFileSync(join(base, name, "wrapper"), script);
}

export const OFF = "echo 'VM is not running' >&2; exit 1\n";
export const ON = "";

/** A connection that ends after so many bytes of standard output. */
export function cutAfter(bytes: number): string {
  return `sh -c "$1" | head -c ${bytes}; exit 255\n`;
}

/** A program of a machine. */
export function program(base: string, name: string, file: string, script: string): void {
  writeFileSync(join(base, name, "bin", file), `#!/bin/sh\n${script}\n`);
  chmodSync(join(base, name, "bin", file), 0o755);
}

/** What a capture of the ring holds: it need not be one for the archive. */
export function captureBytes(name: string, size = 3000): Buffer {
  const seed = createHash("sha256").update(name).digest();
  return Buffer.from(Array.from({ length: size }, (_, index) => (seed[index % 32] ?? 0) ^ ((index >> 5) % 7)));
}

/** A closed capture of the ring, with its index, begun at this hour (UTC) of a day. */
export function addCapture(
  base: string,
  machine: string,
  hour: string,
  more: { day?: string; index?: boolean; size?: number } = {},
): string {
  const { day = YESTERDAY, index = true, size = 3000 } = more;
  const name = `pcap-${day.replaceAll("-", "")}${hour}0000.pcapng`;
  const path = join(base, machine, "ring", name);
  const bytes = captureBytes(machine + name, size);
  writeFileSync(path, bytes);
  const begun = `${day}T${hour}:00:00.000000000Z`;
  const sidecar = {
    ...{ version: 1, file: name, link: "ethernet", from: "NFLOG group 0", host: machine, bytes: bytes.length },
    ...{ packets: 10, first: begun, last: begun.replace(":00:00.", ":59:59."), prefixes: { "drop:in ": 10 } },
    ...{ others: 0, interfaces: ["eth0"], lost: 1, ended: "time" },
  };
  if (index) writeFileSync(join(base, machine, "ring", indexFileName(name)), JSON.stringify(sidecar));
  const then = Date.parse(begun) / 1000 + 3600;
  utimesSync(path, then, then);
  return name;
}

/** The intent's archive: of these machines, with its vault in BASE/vault. */
export function settingsOf(
  base: string,
  machines: Record<string, unknown>,
  more: Record<string, unknown> = {},
): ArchiveDocument {
  return ArchiveDocument.parse({ vault: `${base}/vault`, format: "tgz", machines, ...more });
}

export async function pull(
  base: string,
  settings: ArchiveDocument,
  more: Partial<PullWish> = {},
  parts: ArchiveParts = PARTS,
): Promise<PullReport & { said: string[] }> {
  const said: string[] = [];
  const report = await pullArchive(parts, {
    settings,
    staging: `${base}/staging`,
    withToday: false,
    isDryRun: false,
    now: NOW,
    lockTimeoutMs: 0,
    say: (line) => said.push(line),
    onStep: () => {},
    signal: new AbortController().signal,
    ...more,
  });
  return { ...report, said };
}

/** What became of each day: { edge: { "2025-08-31": "archived" } }. */
export function outcomes({ machines }: PullReport): Record<string, Record<string, string>> {
  return Object.fromEntries(
    machines.map(({ machine, days }) => [machine, Object.fromEntries(days.map(({ day, outcome }) => [day, outcome]))]),
  );
}

export function manifestOf(base: string, machine: string, day = YESTERDAY): Manifest {
  return JSON.parse(readFileSync(join(base, "vault", machine, day, "manifest.json"), "utf8")) as Manifest;
}

/** What is in the vault of a machine's day, sorted, hidden files too. */
export function vaultNames(base: string, machine: string, day = YESTERDAY): string[] {
  const path = join(base, "vault", machine, day);
  return existsSync(path) ? readdirSync(path).toSorted() : [];
}

export function ringNames(base: string, machine: string): string[] {
  return readdirSync(join(base, machine, "ring")).toSorted();
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The first file of a kind. */
export function fileOf(manifest: Manifest, kind: ArchivedFile["kind"]): ArchivedFile | undefined {
  return manifest.files.find((file) => file.kind === kind);
}
