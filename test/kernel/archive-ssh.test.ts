import { expect, test } from "vitest";
import type { PullReport } from "../../src/core/archive/pull-report.ts";
import type { Lab, Running } from "../helpers/lab.ts";
import { HAS_PROGRAMS, openLabWithPrograms } from "../helpers/neighbours.ts";

/** A machine at the other end of ssh, whose programs are those of /run/bin first: keys and settings are the lab's own. */
const SETUP = `
grep -q '^sshd:' /etc/passwd || echo 'sshd:x:109:65534::/run/sshd:/usr/sbin/nologin' >> /etc/passwd
mkdir -p /run/sshd /run/ssh /run/bin /run/ring
ssh-keygen -q -t ed25519 -N '' -f /run/ssh/host
ssh-keygen -q -t ed25519 -N '' -f /run/ssh/user
cp /run/ssh/user.pub /run/ssh/authorized
mkdir -p /etc/ssh/ssh_config.d
echo "127.0.0.1 $(cut -d ' ' -f 1,2 /run/ssh/host.pub)" > /etc/ssh/ssh_known_hosts
printf 'Host 127.0.0.1\\n  IdentityFile /run/ssh/user\\n' > /etc/ssh/ssh_config.d/lab.conf
day=$(date -d yesterday +%Y%m%d)
for hour in 01 02; do head -c 300000 /dev/urandom > /run/ring/pcap-$day\${hour}0000.pcap; done
touch -d yesterday /run/ring/*
cat > /run/bin/journalctl << 'END'
#!/bin/sh
day=$(date -d yesterday +%Y-%m-%d)
echo "\${day}T00:00:00.000000+0000 edge kernel: SYS:new it's \\"quoted\\" \\$HOME"
END
chmod 755 /run/bin/journalctl
cat > /run/netlog.yaml << 'END'
version: 1
archive:
  vault: { at: "ssh:root@127.0.0.1", path: "/run/the vault's" }
  machines:
    edge: { at: "ssh:root@127.0.0.1", captures: /run/ring, kernel-log: ["SYS:"], prune: 1m }
END
`;

const SSHD = [
  ...["-D", "-e", "-f", "/dev/null", "-p", "22", "-h", "/run/ssh/host", "-o", "ListenAddress=127.0.0.1"],
  ...["-o", "AuthorizedKeysFile=/run/ssh/authorized", "-o", "StrictModes=no", "-o", "PidFile=none", "-o", "UsePAM=no"],
  ...["-o", "PermitRootLogin=yes", "-o", "SetEnv=PATH=/run/bin:/usr/bin:/bin:/usr/sbin TZ=UTC"],
];

async function openSshd(lab: Lab): Promise<Running> {
  const sshd = lab.start("/usr/sbin/sshd", SSHD);
  await sshd.line("Server listening on 127.0.0.1 port 22");
  return sshd;
}

async function pull(lab: Lab): Promise<{ code: number; report: PullReport }> {
  const { code, stdout } = await lab.netlogctl("archive", "pull", "--file", "/run/netlog.yaml", "--json");
  return { code, report: JSON.parse(stdout) as PullReport };
}

test.runIf(HAS_PROGRAMS)("a machine and a vault at the other end of ssh", async () => {
  await using lab = await openLabWithPrograms();
  expect(await lab.run("sh", ["-ec", SETUP])).toMatchObject({ code: 0, stderr: "" });
  const off = await lab.netlogctl("archive", "pull", "--file", "/run/netlog.yaml");
  expect(off).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("Connection refused") });

  await openSshd(lab);
  const { code, report } = await pull(lab);
  expect({ code, machines: report.machines }).toMatchObject({
    code: 0,
    machines: [{ machine: "edge", days: [{ outcome: "archived" }], pruned: 2, kept: [] }],
  });
  const listed = await lab.json<{ days: { files: { kind: string; count: number; members: unknown[] }[] }[] }>(
    ...["archive", "list", "--vault", "ssh:root@127.0.0.1:/run/the vault's"],
  );
  expect(listed.days[0]?.files.map(({ kind, count, members }) => [kind, count, members.length])).toEqual([
    ["captures", 0, 2],
    ["kernel-log", 1, 0],
  ]);
  const verified = await lab.netlogctl("archive", "verify", "--file", "/run/netlog.yaml", "--deep");
  expect(verified).toMatchObject({ code: 0, stderr: "" });
  const fetched = await lab.netlogctl(
    ...["archive", "fetch", "yesterday", "--file", "/run/netlog.yaml", "--to", "ssh:root@127.0.0.1:/run/work"],
  );
  expect(fetched).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\/run\/work\/.*\/edge\.tgz: /) });
});
