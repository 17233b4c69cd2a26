import { Fault } from "../core/model/fault.ts";
import { FILE_BYTES_MAX, type Host, orUndefined, readText } from "../core/model/host.ts";
import { loggerText } from "../core/model/logger.ts";
import type { Change } from "../core/model/plan.ts";
import { USER_PATH } from "../core/model/service.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { flowSettingPath } from "../core/procfs/flow-settings.ts";
import { isSame, readDirectory } from "./read-directory.ts";
import { isThere } from "./read-input.ts";
import { ALL_NETNS_PATH, readBindings, readModules, readNumber } from "./read-machine.ts";

/** Makes one change. Whether it took is holds()'s to say: no exit code and no empty answer is believed. */
export async function makeChange(host: Host, change: Change, live?: Ruleset): Promise<void> {
  switch (change.do) {
    case "load-module":
      return await runOrRefuse(host, "modprobe", [change.module]);
    case "unload-module":
      return await runOrRefuse(host, "modprobe", ["-r", change.module]);
    case "bind":
      return await host.writeKernel(`/proc/sys/net/netfilter/nf_log/${change.row}`, loggerText(change.logger));
    case "set-all-netns":
      return await host.writeKernel(ALL_NETNS_PATH, String(change.value));
    case "set-flow-setting":
      return await host.writeKernel(flowSettingPath(change.setting), String(change.value));
    case "write-file":
      return await writeFile(host, change.path, change.text);
    case "write-rules":
      return await (await rulesChange()).writeRules(host, change.ours, live);
    case "add-user":
      return await runOrRefuse(host, "systemd-sysusers", [USER_PATH]);
    case "remove-user":
      return await runOrRefuse(host, "userdel", [change.user]);
    case "make-directory":
      return await runOrRefuse(host, "systemd-tmpfiles", ["--create", change.file]);
    case "remove-directory":
      return await runOrRefuse(host, "rmdir", ["--", change.path]);
    case "set-directory":
      return await setDirectory(host, change);
    case "reload-unit":
      return await runOrRefuse(host, "systemctl", ["daemon-reload"]);
    case "enable-unit":
      return await runOrRefuse(host, "systemctl", ["enable", change.unit]);
    case "disable-unit":
      return await runOrRefuse(host, "systemctl", ["disable", change.unit]);
  }
}

/** Whether the machine is as the change makes it: read back, never assumed. */
export async function holds(host: Host, change: Change): Promise<boolean> {
  switch (change.do) {
    case "load-module":
      return await isLoaded(host, change.module);
    case "unload-module":
      return !(await isLoaded(host, change.module));
    case "bind":
      return (await readBindings(host)).some(({ row, logger }) => row === change.row && logger === change.logger);
    case "set-all-netns":
      return (await readNumber(host, ALL_NETNS_PATH)) === change.value;
    case "set-flow-setting":
      return (await readNumber(host, flowSettingPath(change.setting))) === change.value;
    case "write-file":
      return (
        ((await orUndefined(readText(host, change.path, 256 * FILE_BYTES_MAX), "ENOENT", "ENOTDIR")) ?? null) ===
        change.text
      );
    case "write-rules":
      return await (await rulesChange()).areWritten(host, change.ours);
    case "add-user":
      return await hasUser(host, change.user);
    case "remove-user":
      return !(await hasUser(host, change.user));
    case "make-directory":
      return await isThere(host, change.path);
    case "remove-directory":
      return !(await isThere(host, change.path));
    case "set-directory":
      return isSame(await readDirectory(host, change.path), change);
    case "reload-unit":
      return !(await isOutdated(host, change.unit));
    case "enable-unit":
      return await isEnabled(host, change.unit);
    case "disable-unit":
      return !(await isEnabled(host, change.unit));
  }
}

/** The same for rules wherever they stand by now in chains of others: whether nobody changed what is ours since. */
export async function isUntouched(host: Host, change: Change): Promise<boolean> {
  if (change.do !== "write-rules") return await holds(host, change);
  return await (await rulesChange()).areUntouched(host, change.ours);
}

async function writeFile(host: Host, path: string, text: string | null): Promise<void> {
  if (text === null) return await host.removeFile(path);

  await host.makeDirectory(path.slice(0, path.lastIndexOf("/")), 0o755);
  await host.replaceFile(path, text, 0o644);
}

/** Owner first: chown(1) may take bits of the mode away. chmod(1) takes the bit of the group away only where five digits say so. */
async function setDirectory(host: Host, { path, user, group, mode }: DirectoryChange): Promise<void> {
  await runOrRefuse(host, "chown", ["--", `${user}:${group}`, path]);
  await runOrRefuse(host, "chmod", ["--", `0${mode}`, path]);
}

type DirectoryChange = Extract<Change, { do: "set-directory" }>;

/** What rules need is loaded where rules change: hardly ever, and it takes as long as all the rest. */
async function rulesChange(): Promise<typeof import("./write-rules.ts")> {
  return await import("./write-rules.ts");
}

/** modprobe ends with 1 for a module that is built in and with 0 for a blacklisted one: what it says is kept for the fault. */
async function runOrRefuse(host: Host, file: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await host.run(file, args);
  if (code === 0) return;

  const said = stderr.trim().split("\n").at(-1) ?? "";
  const isDenied = /Operation not permitted|Permission denied|Access denied/.test(said);
  throw new Fault(
    isDenied ? "not-permitted" : "refused",
    `${file} ${args.join(" ")} ended with ${code}: ${said === "" ? "it said nothing" : said}`,
    isDenied
      ? "run it as root (CAP_SYS_MODULE for modules), on the host and not in a container"
      : file === "modprobe"
        ? "see what it says; a blacklist or an install line does this: modprobe --showconfig | grep nf"
        : "see what it says; dmesg may say more",
  );
}

async function isLoaded(host: Host, module: string): Promise<boolean> {
  const states = await readModules(host, await readBindings(host));
  return states.some(({ name, state }) => name === module && (state === "loaded" || state === "built in"));
}

async function hasUser(host: Host, user: string): Promise<boolean> {
  return (await readText(host, "/etc/passwd")).split("\n").some((line) => line.startsWith(`${user}:`));
}

async function isEnabled(host: Host, unit: string): Promise<boolean> {
  return (await host.run("systemctl", ["is-enabled", unit])).stdout.trim() === "enabled";
}

/** Whether systemd holds another text of a unit than that of its file. */
async function isOutdated(host: Host, unit: string): Promise<boolean> {
  const { stdout } = await host.run("systemctl", ["show", "--property=NeedDaemonReload", unit]);
  return stdout.trim() === "NeedDaemonReload=yes";
}
