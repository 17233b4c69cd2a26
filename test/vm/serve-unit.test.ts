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
ip link set lo up`,
  install: "netlogctl service install serve",
  security: `systemd-analyze security --offline=true /etc/systemd/system/${UNIT}`,
  start: `systemctl start ${UNIT}; systemctl show ${UNIT} -p ActiveState -p StatusText`,
  socket: "stat -c '%G %a' /run/netlogctl/bus.sock",
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
  expect(after.socket.stdout).toBe("adm 660\n");
  expect(after.told.stdout).toContain('"change":"new"');
  expect(after.told.stdout).toContain('netlogctl_received_total{topic="nft:new"} 1');
  expect(after.reload.code).toBe(0);
  expect(after.stop.stdout).toBe("Result=success\nExecMainStatus=0\n");
});

test("it is as good as closed to attacks", () => {
  const level = /^→ Overall exposure level for .*: (\d+\.\d+) /m.exec(after.security.stdout)?.[1];
  expect(Number(level)).toBeLessThan(3);
});
