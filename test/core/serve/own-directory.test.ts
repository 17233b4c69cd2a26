import { expect, test } from "vitest";
import { ArchiveDocument } from "../../../src/core/archive/schema.ts";
import { CaptureDocument } from "../../../src/core/capture/schema.ts";

const machines = { edge: { captures: true } };

function takes(path: string): readonly boolean[] {
  return [
    CaptureDocument.safeParse({ groups: [1], ring: { directory: path } }),
    ArchiveDocument.safeParse({ vault: path, machines }),
    ArchiveDocument.safeParse({ vault: { at: "ssh:store", path }, machines }),
  ].map(({ success }) => success);
}

test.each([
  ...["/etc", "/etc/netlogctl", "/usr/local/x", "/var", "/var/log", "/var/lib", "/home", "/home/ann", "/root", "/run"],
  ...["/tmp", "/boot", "/dev/shm", "/proc/1", "/sys", "/lib64", "/opt", "/srv"],
  ...["/var/log/../../etc", "/srv//x", "/srv/./x", "/srv/x/.."],
])("%s is neither a ring nor a vault", (path) => {
  expect(takes(path)).toEqual([false, false, false]);
});

test.each([
  ...["/var/log/netpcap", "/srv/vault", "/home/ann/NetLogs", "/root/NetLogs", "/run/x", "/tmp/x", "/var/lib/x"],
  ...["/etcetera", "/srv/..x", "/srv/a b"],
])("%s may be one", (path) => {
  expect(takes(path)).toEqual([true, true, true]);
});

test("a vault elsewhere may be relative, but lead nowhere else", () => {
  const takesRelative = (path: string): boolean =>
    ArchiveDocument.safeParse({ vault: { at: "ssh:store", path }, machines }).success;
  expect(["NetLogs", "a/b"].map(takesRelative)).toEqual([true, true]);
  expect(["../x", "a/../../b", "./x", "a//b"].map(takesRelative)).toEqual([false, false, false, false]);
});
