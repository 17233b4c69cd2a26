import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openHost } from "../../src/index.ts";
import { readKeepers, readUnitInterval } from "../../src/verbs/read-keepers.ts";

/** A recorded machine with these files. */
async function withMachine<T>(
  files: Readonly<Record<string, string>>,
  read: (host: Awaited<ReturnType<typeof openHost>>) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-machine-"));
  try {
    for (const [path, text] of Object.entries({ "/proc/sys/kernel/osrelease": "6.1.0\n", ...files })) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return await read(await openHost({ machine: directory }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("of a machine that tells nothing, nothing is known", async () => {
  expect(await withMachine({}, readKeepers)).toEqual({
    printk: [],
    consoles: [],
    ratelimit: undefined,
    isDmesgRestricted: false,
    ringBufferBytes: undefined,
    journald: undefined,
    hasJournalDirectory: false,
    rsyslog: undefined,
  });
});

test("what the kernel, journald and rsyslog say", async () => {
  const files = {
    "/proc/sys/kernel/printk": "7\t4\t1\t7\n",
    "/proc/sys/kernel/printk_ratelimit": "5\n",
    "/proc/sys/kernel/printk_ratelimit_burst": "10\n",
    "/proc/sys/kernel/dmesg_restrict": "1\n",
    "/proc/consoles": "tty0                 -WU (EC p  )    4:1\nttyS0                -W- (E  p a)    4:64\n",
    "/boot/config-6.1.0": "CONFIG_LOG_BUF_SHIFT=17\n",
    "/run/systemd/journal/socket": "",
    "/var/log/journal/id/system.journal": "",
    "/usr/lib/systemd/journald.conf": "[Journal]\nStorage=none\n",
    "/etc/systemd/journald.conf": "[Journal]\nMaxLevelStore=info\nReadKMsg=no\n",
    "/usr/lib/systemd/journald.conf.d/a.conf": "[Journal]\nReadKMsg=yes\n",
    "/etc/systemd/journald.conf.d/a.conf": "[Journal]\nStorage=volatile\n",
    "/etc/rsyslog.conf": 'module(load="imuxsock")\n',
    "/etc/rsyslog.d/k.conf": 'module(load="imklog")\n',
    "/etc/rsyslog.d/k.conf.bak": 'module(load="imjournal")\n',
  };
  expect(await withMachine(files, readKeepers)).toEqual({
    printk: [7, 4, 1, 7],
    consoles: ["tty0", "ttyS0"],
    ratelimit: { seconds: 5, burst: 10 },
    isDmesgRestricted: true,
    ringBufferBytes: 131_072,
    journald: new Map(Object.entries({ maxlevelstore: "info", readkmsg: "no", storage: "volatile" })),
    hasJournalDirectory: true,
    rsyslog: [{ module: "imklog", path: "/etc/rsyslog.d/k.conf", seconds: 0, burst: 10_000, spelling: "unset" }],
  });
});

test.each([
  ["quiet log_buf_len=4M", 4_194_304],
  ["log_buf_len=512k", 524_288],
  ["log_buf_len=65536 quiet", 65_536],
  ["quiet", undefined],
])("the ring buffer by the command line %j", async (text, bytes) => {
  expect((await withMachine({ "/proc/cmdline": text }, readKeepers)).ringBufferBytes).toBe(bytes);
});

test("how much a unit may print: its file, then its drop-ins", async () => {
  const read = (files: Record<string, string>, unit = "u.service"): Promise<string | undefined> =>
    withMachine(files, (host) => readUnitInterval(host, unit));
  const main = { "/usr/lib/systemd/system/u.service": "[Service]\nLogRateLimitIntervalSec=9\n" };
  const dropIn = { "/etc/systemd/system/u.service.d/x.conf": "[Service]\nLogRateLimitIntervalSec=0\n" };
  expect(await read({})).toBeUndefined();
  expect(await read(main)).toBe("9");
  expect(await read({ ...main, ...dropIn })).toBe("0");
  expect(await read(main, "../u.service")).toBeUndefined();
});
