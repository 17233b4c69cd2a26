import { beforeAll, expect, test } from "vitest";
import { BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const UNIT = "netlogctl-serve.service";

const steps = {
  setUp: `mkdir -p /etc/netlogctl
cat > /etc/netlogctl/netlog.yaml <<'END'
version: 1
serve:
  groups: [1]
  flows: {}
  kernel-log: true
  bus: { group: adm }
  store: { topics: [{ match: ["nft:*", "ct:*"], max-size: 64MiB }] }
  metrics: 127.0.0.1:9469
END
nft 'table inet t { chain c { type filter hook output priority 0; ct state new udp dport 9 log prefix "new " group 1; }; }'
ip link set lo up
groupadd --system netlogctl # as a version had it that made the group alone`,
  install: "netlogctl service install serve",
  security: `systemd-analyze security --offline=true /etc/systemd/system/${UNIT}`,
  start: `systemctl start ${UNIT}; systemctl show ${UNIT} -p ActiveState -p StatusText`,
  socket: "stat -c '%U %G %a' /run/netlogctl-serve /run/netlogctl-serve/bus.sock /var/lib/netlogctl-serve",
  user: `pid=$(systemctl show ${UNIT} -p MainPID --value)
  ps -o user:12=,group:12= -p $pid
  grep -E '^(CapEff|CapBnd|CapAmb|NoNewPrivs):' /proc/$pid/status
  getent passwd netlogctl | cut -d : -f 7`,
  trick: `pid=$(systemctl show ${UNIT} -p MainPID --value)
  for place in /run/netlogctl /run /var/lib/netlogctl /var/lib /etc/netlogctl /run/netlogctl-serve /var/lib/netlogctl-serve; do
    mkdir -p $place
    nsenter --target $pid --mount -- setpriv --reuid netlogctl --regid netlogctl --groups adm touch $place/x 2> /dev/null && echo $place
  done`,
  member: `setpriv --reuid 65534 --regid 65534 --groups adm netlogctl packets stream --source bus --timeout 1s`,
  stranger: `setpriv --reuid 65534 --regid 65534 --clear-groups netlogctl packets stream --source bus --timeout 1s`,
  told: `echo > /dev/udp/127.0.0.1/9
  until [ "$(netlogctl packets query --count)" = 1 ]; do sleep 0.5; done
  netlogctl flows query --json -w 'dport = 9' | head -n 1
  exec 3<> /dev/tcp/127.0.0.1/9469; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; grep -a 'topic="nft:new"' <&3`,
  reload: `systemctl reload ${UNIT}
  until journalctl --unit ${UNIT} --output cat | grep 'read the intent again'; do sleep 0.5; done`,
  stop: `systemctl stop ${UNIT}; systemctl show ${UNIT} -p Result -p ExecMainStatus`,
};
let after: Record<keyof typeof steps, StepResult>;

beforeAll(async () => {
  after = await runSteps(steps, { systemd: true });
}, BOOT_TIMEOUT_MS);

test("the unit of the log service starts it, reads it anew, and ends it in order", () => {
  expect(after.install.stdout).toContain(`unit ${UNIT}: disabled -> enabled\n`);
  expect(after.start.stdout).toContain("ActiveState=active");
  expect(after.start.stdout).toContain("StatusText=reading NFLOG group 1 and the kernel log and flows");
  expect(after.socket.stdout).toBe("netlogctl netlogctl 755\nnetlogctl adm 660\nnetlogctl netlogctl 750\n");
  expect(after.told.stdout).toContain('"change":"new"');
  expect(after.told.stdout).toContain('netlogctl_received_total{topic="nft:new"} 1');
  expect(after.reload.code).toBe(0);
  expect(after.stop.stdout).toBe("Result=success\nExecMainStatus=0\n");
});

test("it runs as a user of its own with CAP_NET_ADMIN, and CAP_SYSLOG for the kernel log", () => {
  const capabilities = "0000000400001000";
  const words = ["CapEff", "CapBnd", "CapAmb"].map((name) => `${name}:\t${capabilities}\n`);
  expect(after.user.stdout.replace(/ +/g, " ")).toBe(
    `netlogctl netlogctl\n${words.join("")}NoNewPrivs:\t1\n/usr/sbin/nologin\n`,
  );
});

test("its user can write into its own directories, and nowhere else that root reads", () => {
  expect(after.trick.stdout).toBe("/run/netlogctl-serve\n/var/lib/netlogctl-serve\n");
});

test("who is in the group of the socket may subscribe, and nobody else", () => {
  expect(after.member).toMatchObject({ code: 0 });
  expect(after.stranger.code).toBe(1);
  expect(after.stranger.stderr).toMatch(/bus\.sock: .*EACCES|permission/i);
});

test("it is as good as closed to attacks", () => {
  const level = /^→ Overall exposure level for .*: (\d+\.\d+) /m.exec(after.security.stdout)?.[1];
  expect(Number(level)).toBeLessThan(3);
});
