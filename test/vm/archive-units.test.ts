import { beforeAll, expect, test } from "vitest";
import { BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const CAPTURE = "netlogctl-capture.service";
const TIMER = "netlogctl-archive.timer";

/** Waits for a file, a minute at most: it ends with an error then. */
const UNTIL = "until_there() { for _ in {1..60}; do ls $1 2> /dev/null && return; sleep 1; done; false; }";

const steps = {
  setUp: `mkdir -p /etc/netlogctl
cat > /etc/netlogctl/netlog.yaml <<'END'
version: 1
capture:
  groups: [1]
  snaplen: 96
  rotate: { every: 1h }
  ring: { files: 48, free: 1MiB }
archive:
  format: tgz
  machines:
    here: { captures: true, prune: 1d, kernel-log: ["VM:"] }
END
cat > /etc/netlogctl/lo.yaml <<'END'
version: 1
capture:
  interface: lo
  filter: udp port 9
  ring: { directory: /srv/lo, free: 1MiB }
END
nft 'table inet t { chain c { type filter hook output priority 0; udp dport 9 log prefix "new " group 1; }; }'
ip link set lo up
install -d -m 2750 /var/log/netpcap
touch /var/log/netpcap/.lock # as a version left it that captured as root
chmod 600 /var/log/netpcap/.lock`,
  install: "netlogctl service install capture && netlogctl service install archive",
  again: "netlogctl service install capture && netlogctl service install archive",
  group: "getent group netlogctl | cut -d : -f 1",
  start: `systemctl start ${CAPTURE}; systemctl show ${CAPTURE} -p ActiveState -p StatusText`,
  rotates: `${UNTIL}
echo > /dev/udp/127.0.0.1/9
until_there '/var/log/netpcap/*.part'
systemctl kill --kill-whom=main --signal=HUP ${CAPTURE}
until_there '/var/log/netpcap/*.pcapng'
stat -c '%U %G %a' /var/log/netpcap /var/log/netpcap/*.pcapng /var/log/netpcap/.lock
grep CapEff /proc/$(systemctl show ${CAPTURE} -p MainPID --value)/status
netlogctl capture list --json`,
  stop: `systemctl stop ${CAPTURE}; systemctl show ${CAPTURE} -p Result -p ExecMainStatus`,
  sniffer: `${UNTIL}
netlogctl service install capture -f /etc/netlogctl/lo.yaml && systemctl start ${CAPTURE}
echo > /dev/udp/127.0.0.1/9
until_there '/srv/lo/*.part'
ps -o user:12=,cmd:8= -C tcpdump | tr -s ' '
systemctl stop ${CAPTURE}; systemctl show ${CAPTURE} -p Result -p ExecMainStatus
ls /srv/lo; ps -C tcpdump`,
  timer: `systemctl start ${TIMER}; systemctl is-enabled ${TIMER}; systemctl show ${TIMER} -p ActiveState -p Persistent
systemctl list-timers --all | grep -c netlogctl-archive`,
  archive: `name=pcap-$(date -d yesterday +%Y%m%d)120000.pcapng
cp "$(ls /var/log/netpcap/*.pcapng | head -n 1)" /var/log/netpcap/$name
systemctl start netlogctl-archive.service; systemctl show netlogctl-archive.service -p Result
journalctl --unit netlogctl-archive.service --output cat >&2
netlogctl archive list --json; netlogctl archive open yesterday --to /srv/opened | head -n 3
ls /var/log/netpcap/$name`,
  vault: `stat -c '%U %G %a' /var/lib/netlogctl/NetLogs`,
};
let after: Record<keyof typeof steps, StepResult>;

beforeAll(async () => {
  after = await runSteps(steps, { systemd: true });
}, BOOT_TIMEOUT_MS);

test("units, directories and the group are installed, once", () => {
  expect(after.install.stdout).toContain(`unit ${CAPTURE}: disabled -> enabled\n`);
  expect(after.install.stdout).toContain("user netlogctl: not there -> there\n");
  expect(after.install.stdout).toContain("directory /var/log/netpcap: root:root 2750 -> netlogctl:netlogctl 2750\n");
  expect(after.install.stdout).toContain(`unit ${TIMER}: disabled -> enabled\n`);
  expect(after.again.stdout).toBe("nothing to do: it is so already\n".repeat(2));
  expect(after.group.stdout).toBe("netlogctl\n");
});

test("the ring of captures runs, rotates, is for its group, and ends in order", () => {
  expect(after.start.stdout).toContain("ActiveState=active");
  expect(after.rotates.stdout).toContain(
    "netlogctl netlogctl 2750\nnetlogctl netlogctl 640\nnetlogctl netlogctl 600\nCapEff:\t0000000000001000\n",
  );
  expect(after.rotates.stdout).toContain('"packets": 1');
  expect(after.stop.stdout).toBe("Result=success\nExecMainStatus=0\n");
});

test("tcpdump captures an interface within the sandbox, and is ended with the unit", () => {
  expect(after.sniffer.stdout).toContain("Result=success\nExecMainStatus=0\n");
  expect(after.sniffer.stdout).toMatch(/^pcap-\d{14}\.pcapng$/m);
  expect(after.sniffer.stdout).toContain("netlogctl tcpdump");
  expect(after.sniffer.stdout).not.toContain("tcpdump\n");
});

test("the timer of the archive waits for the night, also for one that was missed", () => {
  expect(after.timer.stdout).toBe("enabled\nPersistent=yes\nActiveState=active\n1\n");
  expect(after.archive.stdout, after.archive.stderr).toMatch(/^Result=success\n/);
  expect(after.archive.stdout).toMatch(/^\[00\] +here +pcap-\d{8}120000\.pcapng/m);
  expect(after.vault.stdout).toBe("root root 700\n");
});
