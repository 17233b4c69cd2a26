import { existsSync } from "node:fs";
import { ROOT } from "./cli.ts";
import { type Lab, openLab, type Running } from "./lab.ts";

/** Where `scripts/neighbours` unpacks firewalld, ufw, iptables and sshd. */
const UNPACKED = `${ROOT}.cache/neighbours`;
const FIXTURES = `${ROOT}fixtures/neighbours`;

const IS_ROOT = process.getuid?.() === 0;

/** Whether the programs can be run, which takes real root; a run as root that may not leave out anything fails without. */
export const HAS_PROGRAMS = IS_ROOT && existsSync(UNPACKED);
if (IS_ROOT && !HAS_PROGRAMS && process.env["NETLOGCTL_KERNEL"] === "require")
  throw new Error("there are no firewalld and ufw: run scripts/neighbours");

/** Somebody else on the machine who has rules. */
export interface Neighbour {
  /** What it does on its own: it takes its rules out and puts them in again. Fails if it cannot. */
  reload(): Promise<void>;
  /** Whether it, and what its users would call, still read what they wrote. */
  check(): Promise<void>;
}

/** A lab in which what was unpacked lies over /usr, and its files in /etc. */
export async function openLabWithPrograms(): Promise<Lab> {
  const lab = await openLab();
  await ok(
    lab,
    "sh",
    "-ec",
    `mount -t tmpfs log /var/log
     mount -t overlay -o lowerdir=${UNPACKED}/usr:/usr usr /usr
     cp -R ${UNPACKED}/etc/. /etc`,
  );
  return lab;
}

/** firewalld with a zone that has an interface, and with the logs that it makes itself. */
export async function startFirewalld(lab: Lab): Promise<Neighbour> {
  const service = "[D-BUS Service]\nName=org.fedoraproject.FirewallD1\nExec=/usr/sbin/firewalld --nofork --nopid\n";
  await ok(lab, "mkdir", "-p", "/run/dbus/services");
  await lab.run("tee", ["/run/dbus/services/firewalld.service"], service);
  await ok(lab, "dbus-daemon", `--config-file=${FIXTURES}/dbus.conf`, "--fork", "--nopidfile");
  const check = async (): Promise<void> => {
    await ok(lab, "firewall-cmd", "--state"); // waits until it has started
    await ok(lab, "firewall-cmd", "--list-all");
  };
  await check();
  await ok(lab, "firewall-cmd", "--permanent", "--zone=public", "--add-interface=eth0");
  await ok(lab, "firewall-cmd", "--permanent", "--zone=public", "--add-rich-rule=rule service name=http log accept");
  await ok(lab, "firewall-cmd", "--set-log-denied=all");
  return { check, reload: async () => void (await ok(lab, "firewall-cmd", "--reload")) };
}

/** ufw as it is switched on, with two rules of its user. */
export async function startUfw(lab: Lab): Promise<Neighbour> {
  await ok(lab, "ufw", "allow", "22/tcp");
  await ok(lab, "ufw", "limit", "in", "on", "eth0", "to", "any", "port", "2222", "proto", "tcp");
  await ok(lab, "ufw", "--force", "enable");
  const check = async (): Promise<void> => {
    if (!(await ok(lab, "ufw", "status")).startsWith("Status: active\n")) throw new Error("ufw is not active");
    await checkIptables(lab);
  };
  return { check, reload: async () => void (await ok(lab, "ufw", "reload")) };
}

/** Docker's rules, made by the real iptables. */
export async function startDocker(lab: Lab): Promise<Neighbour> {
  const reload = async (): Promise<void> => void (await ok(lab, "sh", `${FIXTURES}/docker.sh`));
  await reload();
  return { check: () => checkIptables(lab), reload };
}

/** A neighbour whose tables are known as nft's text only: it flushes them and puts them in again. */
export async function startFromText(lab: Lab, path: string, ...tables: string[]): Promise<Neighbour> {
  await ok(lab, "nft", "-f", path);
  const flushed = tables.map((table) => `flush table ${table}\n`).join("");
  await lab.run("tee", ["/run/reload.nft"], `${flushed}include "${path}"\n`);
  const reload = async (): Promise<void> => void (await ok(lab, "nft", "-f", "/run/reload.nft"));
  return { check: async () => {}, reload };
}

/** A live nft that owns a table with one chain, which ends with it. */
export async function startOwner(lab: Lab, table = "inet held"): Promise<Running> {
  const commands = [
    `add table ${table} { flags owner; }`,
    `add chain ${table} c { type filter hook input priority 0; }`,
    `add rule ${table} c counter drop`,
    "list tables",
  ];
  const owner = lab.start("sh", ["-c", '{ printf "%s\\n" "$@"; cat; } | nft -i', "sh", ...commands]);
  await owner.line(`table ${table}`);
  return owner;
}

/** Runs a program of a neighbour and gives its answer; fails unless it exits with 0. */
async function ok(lab: Lab, file: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run(file, args);
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** iptables refuses to list a table, and iptables-save leaves it out, where a rule in it is not iptables' own. */
async function checkIptables(lab: Lab): Promise<void> {
  await ok(lab, "iptables", "-S");
  const saved = await lab.run("iptables-save", []);
  if (/incompatible/.test(saved.stdout + saved.stderr)) throw new Error(saved.stdout + saved.stderr);
}
