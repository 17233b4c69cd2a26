import { expect, test } from "vitest";
import type { Manifest } from "../../src/core/archive/manifest.ts";
import type { PullReport } from "../../src/core/archive/pull-report.ts";
import { dayAt } from "../../src/core/capture/file-name.ts";
import { HELPERS, type Lab, openLab, type Ran } from "../helpers/lab.ts";

/*
 * Network logging as on Qubes OS (seed: four machines, a vault, a machine to work on), each a network namespace and a
 * home directory; they are reached through a qvm-run of ours. Captures go by a clock that is handed in: an hour is a second.
 */

const MACHINES = "/run/qubes";
const HOUR_MS = 3_600_000;
const offsetMinutes = -new Date().getTimezoneOffset();
const dayBefore = (days: number): string => dayAt(Date.now() - days * 24 * HOUR_MS, offsetMinutes);
const [OLD, YESTERDAY, TODAY] = [dayBefore(3), dayBefore(1), dayBefore(0)];

const DOM0 = `version: 1
archive:
  vault: { at: "qubes:secrets-vault" }
  format: tgz
  look-back: 4d
  machines:
    sys-dns: { at: "qubes:sys-dns", captures: ${MACHINES}/sys-dns/netpcap, prune: 2d }
    sys-vpn: { at: "qubes:sys-vpn", captures: ${MACHINES}/sys-vpn/netpcap, prune: 2d }
    sys-firewall: { at: "qubes:sys-firewall", kernel-log: ["SYSFW:"] }
    sys-net: { at: "qubes:sys-net", kernel-log: ["SYSNET:"] }
`;

const SETUP = `
mkdir -p ${MACHINES}/bin ${MACHINES}/secrets-vault ${MACHINES}/work
ln -s ${HELPERS}/qvm-run.sh ${MACHINES}/bin/qvm-run
ln -s ${HELPERS}/journalctl.sh ${MACHINES}/bin/journalctl
cat > ${MACHINES}/dom0.yaml
for name in sys-dns sys-vpn sys-firewall sys-net; do
  mkdir ${MACHINES}/$name
  ip netns add $name
  ip netns exec $name ip link set lo up
done
ip netns exec sys-dns nft 'add table inet t; add chain inet t o { type filter hook output priority 0; }; add rule inet t o udp dport 53 log prefix "SYSDNS:dns " group 5'
`;

/** The lines that a firewall of Qubes writes into its journal, and another's, around midnight. */
function journal(tag: string): string {
  const packet = "IN=eth0 OUT=eth1 SRC=10.137.0.5 DST=192.0.2.53 LEN=56 PROTO=UDP SPT=40000 DPT=53 LEN=36";
  const line = (day: string, time: string, text: string): string => `${day}T${time}.000001+0000 sys kernel: ${text}`;
  return [
    line(dayBefore(6), "12:00:00", "Linux version 6.1"),
    line(YESTERDAY, "00:00:01", `${tag}:new ${packet}`),
    line(YESTERDAY, "10:32:00", `${tag}:dns ${packet}`),
    line(YESTERDAY, "10:33:00", "usb 1-1: new device"),
    line(YESTERDAY, "23:59:59", `${tag}:dns ${packet}`),
    line(TODAY, "00:00:00", `${tag}:new ${packet}`),
    "",
  ].join("\n");
}

const SHELL = `export MACHINES=${MACHINES} PATH=${MACHINES}/bin:$PATH; exec "$@"`;

function archive(lab: Lab, ...args: string[]): Promise<Ran> {
  const program = [process.execPath, `${HELPERS}/../../dist/bin/netlogctl.cjs`, "archive"];
  return lab.run("sh", ["-c", SHELL, "sh", ...program, ...args]);
}

async function pull(lab: Lab, ...args: string[]): Promise<PullReport & { code: number }> {
  const { code, stdout, stderr } = await archive(lab, "pull", "-f", `${MACHINES}/dom0.yaml`, "--json", ...args);
  expect(stdout, stderr).not.toBe("");
  return { ...(JSON.parse(stdout) as PullReport), code };
}

const ofMachine = ({ machines }: PullReport, name: string) => machines.find(({ machine }) => machine === name);

/** What became of a machine's day. */
const outcome = (report: PullReport, name: string, day = YESTERDAY) =>
  ofMachine(report, name)?.days.find((one) => one.day === day)?.outcome;

async function sh(lab: Lab, script: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await lab.run("bash", ["-ec", script], input);
  expect({ code, stderr }, script).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** The captures of a machine, sorted. */
async function captures(lab: Lab, name: string): Promise<string[]> {
  return (await sh(lab, `cd ${MACHINES}/${name}/netpcap; ls pcap-*.pcapng`)).split("\n").slice(0, -1);
}

/**
 * Captures on a machine by a clock that began so long ago, an hour a second, while packets go to port 53, until two files
 * were closed by their time.
 */
async function captureHours(lab: Lab, name: string, source: string, backMs: number): Promise<void> {
  const intent = `${MACHINES}/${name}/netlog.yaml`;
  const ring = `ring: { directory: ${MACHINES}/${name}/netpcap, free: 1MiB }`;
  await sh(lab, `cat > ${intent}`, `version: 1\ncapture: { ${source}, snaplen: 96, ${ring} }\n`);
  const words = [process.execPath, `${HELPERS}/capture-clock.js`, intent, String(-backMs), "3600"];
  const running = lab.start("ip", ["netns", "exec", name, ...words]);
  await running.line("captures ");
  const closed = `ls ${MACHINES}/${name}/netpcap | grep -c 'pcapng$' || true`;
  const before = Number(await sh(lab, closed));
  const send = `ip netns exec ${name} bash -c 'echo query > /dev/udp/127.0.0.1/53' || true`;
  await sh(lab, `while [ $(${closed}) -lt ${before + 2} ]; do ${send}; done`);
  running.endInput();
  expect(await running.ended).toBe(0);
}

/** How far back one hour before noon of a day before is. */
function backToNoon(days: number): number {
  const day = new Date();
  const noon = new Date(day.getFullYear(), day.getMonth(), day.getDate() - days, 11, 30);
  return day.getTime() - noon.getTime();
}

async function openQubes(): Promise<Lab> {
  const lab = await openLab();
  await sh(lab, SETUP, DOM0);
  await sh(lab, `cat > ${MACHINES}/sys-firewall/journal`, journal("SYSFW"));
  await sh(lab, `cat > ${MACHINES}/sys-net/journal`, journal("SYSNET"));
  for (const days of [3, 1]) {
    await captureHours(lab, "sys-dns", "groups: [5]", backToNoon(days));
    await captureHours(lab, "sys-vpn", "interface: lo, filter: udp port 53", backToNoon(days));
  }
  return lab;
}

const manifest = async (lab: Lab, name: string, day = YESTERDAY): Promise<Manifest> =>
  JSON.parse((await lab.text(`${MACHINES}/secrets-vault/NetLogs/${name}/${day}/manifest.json`)) ?? "") as Manifest;

test("a night on Qubes: what still exists gets into the vault, nothing is pruned unverified, and everything is said", async () => {
  await using lab = await openQubes();
  const [ofDns, ofVpn] = [await captures(lab, "sys-dns"), await captures(lab, "sys-vpn")];
  expect(ofDns.length).toBeGreaterThanOrEqual(4);
  const stampOf = (day: string): string => `pcap-${day.replaceAll("-", "")}`;
  const ofDay = (names: readonly string[], day: string) => names.filter((name) => name.startsWith(stampOf(day)));

  // The disk of the vault is full: nothing is there under its name, nothing is pruned.
  await sh(
    lab,
    `mount -t tmpfs -o size=16k vault ${MACHINES}/secrets-vault; head -c 16K /dev/zero > ${MACHINES}/secrets-vault/full`,
  );
  const full = await pull(lab, "--machine", "sys-dns");
  expect(full.code).toBe(1);
  expect(outcome(full, "sys-dns")).toBe("failed");
  expect(JSON.stringify(full)).toMatch(/no space is left in the vault/);
  expect(await sh(lab, `find ${MACHINES}/secrets-vault -name '*.tgz*'`)).toBe("");
  expect(await captures(lab, "sys-dns")).toEqual(ofDns);
  await sh(lab, `umount ${MACHINES}/secrets-vault`);

  // At night one machine is off, and the connection to another is cut.
  await sh(lab, `touch ${MACHINES}/sys-net.off; echo 700 > ${MACHINES}/sys-vpn.cut`);
  const night = await pull(lab);
  expect(night.code).toBe(1);
  expect(outcome(night, "sys-dns")).toBe("archived");
  expect(outcome(night, "sys-vpn")).toBe("archived");
  expect(outcome(night, "sys-firewall")).toBe("archived");
  expect(outcome(night, "sys-net")).toBe("off");
  const log = `${MACHINES}/secrets-vault/NetLogs/sys-firewall/${YESTERDAY}/nft-${YESTERDAY}.log.gz`;
  expect(await sh(lab, `gzip -dc ${log} | grep -c SYSFW:`)).toBe("3\n");
  const kept = await manifest(lab, "sys-dns");
  const members = kept.files.flatMap((file) => file.members);
  expect(members.filter(({ packets }) => packets !== undefined).map(({ name }) => name)).toEqual(
    ofDay(ofDns, YESTERDAY),
  );
  expect(kept.files[0]).toMatchObject({ name: `pcaps-${YESTERDAY}.tgz`, lost: 0 });
  expect(Object.keys(kept.files[0]?.prefixes ?? {})).toEqual(["SYSDNS:dns "]);

  // What was older than two days was pruned, once the vault was seen to have it.
  expect(await captures(lab, "sys-dns")).toEqual(ofDay(ofDns, YESTERDAY));
  expect(await captures(lab, "sys-vpn")).toEqual(ofDay(ofVpn, YESTERDAY));
  expect((await manifest(lab, "sys-dns", OLD)).files[0]?.members.length).toBeGreaterThan(0);

  // The next night it is back, and its day is caught up.
  await sh(lab, `rm ${MACHINES}/sys-net.off`);
  const next = await pull(lab);
  expect(outcome(next, "sys-net")).toBe("archived");
  expect(next.code).toBe(0);
  expect(await archive(lab, "verify", "-f", `${MACHINES}/dom0.yaml`, "--deep")).toMatchObject({ code: 0 });

  // Somebody changes a file of the vault.
  const pcaps = `${MACHINES}/secrets-vault/NetLogs/sys-dns/${YESTERDAY}/pcaps-${YESTERDAY}.tgz`;
  await sh(lab, `cp ${pcaps} /run/kept; printf x | dd of=${pcaps} bs=1 seek=40 conv=notrunc status=none`);
  const tampered = await archive(lab, "verify", "-f", `${MACHINES}/dom0.yaml`);
  expect(tampered.code).toBe(1);
  expect(tampered.stdout + tampered.stderr).toContain(`pcaps-${YESTERDAY}.tgz`);
  await sh(lab, `cp /run/kept ${pcaps}`);

  // A day is fetched to where it is looked at.
  expect(await archive(lab, "fetch", YESTERDAY, "-f", `${MACHINES}/dom0.yaml`, "--to", "qubes:work")).toMatchObject({
    code: 0,
  });
  expect(await sh(lab, `ls ${MACHINES}/work/NetLogs/${YESTERDAY}`)).toBe(
    "sys-dns.tgz\nsys-firewall.tgz\nsys-net.tgz\nsys-vpn.tgz\n",
  );
  const opened = await archive(lab, "open", YESTERDAY, "--dir", `${MACHINES}/work/NetLogs`);
  expect(opened).toMatchObject({ code: 0 });
  for (const text of [ofDay(ofDns, YESTERDAY)[0], "SYSDNS:dns", "SYSNET:dns"]) expect(opened.stdout).toContain(text);
});
