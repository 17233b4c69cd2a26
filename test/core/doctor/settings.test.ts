import { expect, test } from "vitest";
import {
  decodeJournald,
  dropInsOf,
  isNo,
  levelNumber,
  settingsIn,
  spanSeconds,
} from "../../../src/core/doctor/journald.ts";
import { decodeRsyslog } from "../../../src/core/doctor/rsyslog.ts";
import { writeCommand } from "../../../src/core/doctor/shell.ts";

test("journald.conf: later files stand over earlier ones, an empty value is the default again", () => {
  const main =
    "#Storage=none\n; a = b\n[Journal]\nStorage = auto\nMaxLevelStore=err\nReadKMsg=no\n[Other]\nStorage=none\n";
  const dropIn = "[Journal]\nstorage=volatile \nMaxLevelStore=\nnonsense\n";
  expect([...decodeJournald([main, dropIn])]).toEqual([
    ["storage", "volatile"],
    ["readkmsg", "no"],
  ]);
  expect(settingsIn(["Storage=none\n"], "Journal").size).toBe(0);
});

test("drop-ins come by name, whatever their directory; of one name the first directory's counts", () => {
  const etc = ["/etc/d", ["50-b.conf", "README"]] as const;
  expect(dropInsOf([etc, ["/usr/lib/d", ["50-b.conf", "60-c.conf", "10-a.conf"]]])).toEqual([
    "/usr/lib/d/10-a.conf",
    "/etc/d/50-b.conf",
    "/usr/lib/d/60-c.conf",
  ]);
});

test("systemd's levels, booleans and spans", () => {
  expect(["emerg", "warning", "warn", "7", "debug", "loud", "9"].map(levelNumber)).toEqual([
    ...[0, 4, 4, 7, 7, undefined, undefined],
  ]);
  expect(["no", "0", "FALSE", "yes", undefined].map(isNo)).toEqual([true, true, true, false, false]);
  expect(["30s", "1min 30s", "500ms", "0", "2h", "", "5 fortnights"].map(spanSeconds)).toEqual([
    ...[30, 90, 0.5, 0, 7200, undefined, undefined],
  ]);
});

test.each([
  ["", []],
  ['module(load="imuxsock")', []],
  ['module(load="imklog")', [["imklog", 0, 10_000, "unset"]]],
  ['Module ( load="imjournal" ratelimit.burst="9" )', [["imjournal", 600, 9, "unset"]]],
  ["$ModLoad imjournal\n$imjournalRatelimitInterval 5\n$imjournalRatelimitBurst 6", [["imjournal", 5, 6, "legacy"]]],
  [
    "$ModLoad imjournal\n$imjournalRatelimitInterval 5\n$imjournalRatelimitInterval 0",
    [["imjournal", 0, 20_000, "legacy"]],
  ],
  ["  # $ModLoad imklog", []],
])("rsyslog.conf %j", (text, inputs) => {
  const decoded = decodeRsyslog([{ path: "/etc/rsyslog.conf", text }]);
  expect(decoded.map(({ module, seconds, burst, spelling }) => [module, seconds, burst, spelling])).toEqual(inputs);
});

test("a line for a file is a word for the shell", () => {
  expect(writeCommand("/f", ["[Journal]", "Storage=auto", "kernel.printk = 4 4"])).toBe(
    "printf '%s\\n' '[Journal]' Storage=auto 'kernel.printk = 4 4' > /f",
  );
});
