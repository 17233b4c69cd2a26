import type { Keepers } from "../core/doctor/facts.ts";
import { decodeJournald, dropInsOf, type JournaldSettings, settingsIn } from "../core/doctor/journald.ts";
import { decodeRsyslog, type RsyslogInput } from "../core/doctor/rsyslog.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import { readKernelConfig } from "./read-machine.ts";

/** Reads what a line of the kernel log meets on its way to a person. */
export async function readKeepers(host: Host): Promise<Keepers> {
  const sysctl = (name: string): Promise<string | undefined> => textOf(host, `/proc/sys/kernel/${name}`);
  const [printk, seconds, burst, restrict, consoles] = await Promise.all([
    sysctl("printk"),
    sysctl("printk_ratelimit"),
    sysctl("printk_ratelimit_burst"),
    sysctl("dmesg_restrict"),
    textOf(host, "/proc/consoles"),
  ]);
  const [ringBufferBytes, journald, rsyslog] = await Promise.all([
    readRingBuffer(host),
    readJournald(host),
    readRsyslog(host),
  ]);
  return {
    printk: numbersIn(printk ?? ""),
    consoles: (consoles ?? "").split("\n").flatMap((line) => line.split(/\s/, 1).filter((name) => name !== "")),
    ratelimit: seconds === undefined ? undefined : { seconds: Number(seconds), burst: Number(burst ?? 0) },
    isDmesgRestricted: restrict?.trim() === "1",
    ringBufferBytes,
    journald,
    hasJournalDirectory: (await namesIn(host, "/var/log/journal")) !== undefined,
    rsyslog,
  };
}

const HIDDEN = ["ENOENT", "ENOTDIR", "EACCES", "EPERM"];

/** A file's text; undefined where it is not there or not for this user. */
export function textOf(host: Host, path: string): Promise<string | undefined> {
  return orUndefined(readText(host, path), ...HIDDEN);
}

function namesIn(host: Host, path: string): Promise<string[] | undefined> {
  return orUndefined(host.list(path), ...HIDDEN);
}

function numbersIn(text: string): number[] {
  return text.trim() === "" ? [] : text.trim().split(/\s+/).map(Number);
}

/** log_buf_len= of the command line, else 2 ^ CONFIG_LOG_BUF_SHIFT: what dmesg -S or a syscall would tell. */
async function readRingBuffer(host: Host): Promise<number | undefined> {
  const [, amount, unit = ""] = /\blog_buf_len=(\d+)([KMG]?)/i.exec((await textOf(host, "/proc/cmdline")) ?? "") ?? [];
  if (amount !== undefined) return Number(amount) * 1024 ** ["", "K", "M", "G"].indexOf(unit.toUpperCase());
  const release = (await textOf(host, "/proc/sys/kernel/osrelease"))?.trim();
  const config = release === undefined ? undefined : await readKernelConfig(host, release);
  const shift = /^CONFIG_LOG_BUF_SHIFT=(\d+)$/m.exec(config ?? "")?.[1];
  return shift === undefined ? undefined : 2 ** Number(shift);
}

const SYSTEMD = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

/** Where journald runs, it has made a directory for its sockets. */
async function readJournald(host: Host): Promise<JournaldSettings | undefined> {
  if ((await namesIn(host, "/run/systemd/journal")) === undefined) return undefined;
  const mains = await Promise.all(SYSTEMD.map((directory) => textOf(host, `${directory}/journald.conf`)));
  const main = mains.find((text) => text !== undefined);
  const dropIns = await readDropIns(
    host,
    SYSTEMD.map((directory) => `${directory}/journald.conf.d`),
  );
  return decodeJournald([...(main === undefined ? [] : [main]), ...dropIns]);
}

async function readDropIns(host: Host, directories: readonly string[]): Promise<string[]> {
  const names = await Promise.all(
    directories.map(async (directory) => [directory, (await namesIn(host, directory)) ?? []] as const),
  );
  const texts = await Promise.all(dropInsOf(names).map((path) => textOf(host, path)));
  return texts.filter((text) => text !== undefined);
}

/** LogRateLimitIntervalSec= of a unit, where it is set (systemd.exec(5)). */
export async function readUnitInterval(host: Host, unit: string): Promise<string | undefined> {
  if (!/^[\w@.:\\-]+\.service$/.test(unit)) return undefined;
  const places = SYSTEMD.map((directory) => `${directory}/system/${unit}`);
  const mains = await Promise.all(places.map((path) => textOf(host, path)));
  const dropIns = await readDropIns(
    host,
    places.map((path) => `${path}.d`),
  );
  const main = mains.find((text) => text !== undefined);
  return settingsIn([...(main === undefined ? [] : [main]), ...dropIns], "Service").get("logratelimitintervalsec");
}

const RSYSLOG = "/etc/rsyslog.conf";

async function readRsyslog(host: Host): Promise<RsyslogInput[] | undefined> {
  const main = await textOf(host, RSYSLOG);
  if (main === undefined) return undefined;
  const names = ((await namesIn(host, "/etc/rsyslog.d")) ?? []).filter((name) => name.endsWith(".conf"));
  const paths = names.map((name) => `/etc/rsyslog.d/${name}`);
  const texts = await Promise.all(paths.map((path) => textOf(host, path)));
  const others = paths.map((path, index) => ({ path, text: texts[index] ?? "" }));
  return decodeRsyslog([{ path: RSYSLOG, text: main }, ...others]);
}
