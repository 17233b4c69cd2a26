import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Lab, MAIN, openLab, type Ran } from "../helpers/lab.ts";

const PERSISTED = "/etc/netlogctl/default-log.nft";
let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A script in the lab, in which `netlogctl` is this one. */
function shell(script: string): Promise<Ran> {
  const preamble = `netlogctl() { '${process.execPath}' '${MAIN}' "$@"; }`;
  return lab.run("bash", ["-c", `${preamble}\n${script}`]);
}

/** One fault and no stack trace. */
function expectFault({ code, stderr }: Ran, says: string, exit = 1): void {
  expect(stderr).toContain(says);
  expect(stderr).not.toMatch(/this is a bug| at .+:\d+:\d+\)/);
  expect(code).toBe(exit);
}

describe("places that give out", () => {
  test("a full disk: the persisted file is as it was, the bindings too", async () => {
    await shell(
      `mkdir -p /etc/netlogctl; mount -t tmpfs -o size=600k full /etc/netlogctl; { echo default log ip none; yes '# some comment' | head -n 24000; } > ${PERSISTED}`,
    );
    const before = await lab.run("md5sum", [PERSISTED]);
    expectFault(await lab.netlogctl("default", "log", "ip", "none", "--persist", "-n"), "", 0);
    expectFault(await lab.netlogctl("default", "log", "ip6", "none", "--persist"), "no space is left on the device");
    expect(await lab.run("md5sum", [PERSISTED])).toEqual(before);
    expect((await lab.bound())[10]).toBe("nf_log_ipv6");
    expect((await lab.netlogctl("status")).stderr).toBe("");
  });

  test("a /run without room for the journal: nothing is begun", async () => {
    await shell(
      "mkdir /run/netlogctl; mount -t tmpfs -o size=4k full /run/netlogctl; head -c 4096 /dev/zero > /run/netlogctl/x",
    );
    expectFault(await lab.netlogctl("default", "log", "ip", "none"), "its journal cannot be kept");
    expect((await lab.bound())[2]).toBe("nf_log_ipv4");
  });

  test.each([
    ["a file in place of /etc/netlogctl", "touch /etc/netlogctl", "something else stands there"],
    ["a read-only /etc", "mount -o remount,ro /etc", "the place is read-only (EROFS)"],
  ])("%s: undone, and the next command has nothing to mend", async (_what, script, says) => {
    await shell(script);
    expectFault(await lab.netlogctl("default", "log", "ip", "none", "--persist"), says);
    expect((await lab.bound())[2]).toBe("nf_log_ipv4");
    expect((await lab.netlogctl("status")).stderr).toBe("");
  });

  test.each([
    ["a FIFO in place of the lock", "mkdir /run/netlogctl; mkfifo /run/netlogctl/lock", "it is no regular file"],
    ["a link in place of the lock", "mkdir /run/netlogctl; ln -s /run/x /run/netlogctl/lock", "ELOOP"],
    ["a file in place of the directory", "touch /run/netlogctl", "something else stands there"],
  ])("%s", async (_what, script, says) => {
    await shell(script);
    expectFault(await lab.netlogctl("default", "log", "ip", "none", "--lock-timeout", "5"), says);
  });

  test("a directory in place of this boot's default log", async () => {
    await lab.netlogctl("default", "log", "ip", "none");
    await shell("cd /run/netlogctl/*/ && rm default-log.nft && mkdir default-log.nft");
    for (const args of [["restore"], ["default", "log", "ip", "kernel"]]) {
      expectFault(await lab.netlogctl(...args), "it is a directory (EISDIR)");
    }
    expectFault(await lab.netlogctl("status"), "", 0);
  });

  test("a journal that names somebody else's file is not obeyed", async () => {
    await lab.netlogctl("default", "log", "ip", "none");
    const change = { do: "write-file", path: "/etc/victim", text: "new" };
    const plan = { title: "x", steps: [{ change, undo: { ...change, text: "old" } }], notes: [] };
    await shell(
      `cd /run/netlogctl/*/ && echo '${JSON.stringify({ version: 1, plan })}' > journal.json; echo mine > /etc/victim`,
    );
    expectFault(await lab.netlogctl("default", "log", "ip", "kernel"), "its journal cannot be read");
    expectFault(await lab.netlogctl("status"), "its journal cannot be read", 0);
    expect(await lab.text("/etc/victim")).toBe("mine\n");
  });

  test("the answer cannot be written: the change is made, and it is said that it could not be told", async () => {
    for (const words of ["default log ip none", "status", "--version", "--help"]) {
      expectFault(await shell(`netlogctl ${words} > /dev/full`), "cannot write the answer: ENOSPC");
    }
    expect((await lab.bound())[2]).toBe("NONE");
    expect(await shell("netlogctl default log ip kernel 2> /dev/full")).toMatchObject({ code: 0 });
    expect((await shell("set -o pipefail; { sleep 0.2; netlogctl status --json; } | true")).code).toBe(0);
  });

  test("no working directory", async () => {
    expect(await shell("mkdir /run/d; cd /run/d; rmdir /run/d; netlogctl default log ip none")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("ip: "),
    });
  });

  test("programs that are not there", async () => {
    const node = process.execPath;
    expectFault(
      await shell(`PATH=/nowhere ${node} ${MAIN} status --netns /proc/1/ns/net`),
      "the program nsenter is not installed",
    );
    expectFault(await shell(`PATH=/nowhere ${node} ${MAIN} default log ip none`), "the program flock is not installed");
  });
});

describe("files are kept as their owner has them", () => {
  test("a link is followed, mode and owner stay", async () => {
    await shell(
      `mkdir -p /etc/netlogctl; echo default log ip kernel > /etc/real.nft; chmod 640 /etc/real.nft; ln -s /etc/real.nft ${PERSISTED}`,
    );
    await lab.netlogctl("default", "log", "ip", "none", "--persist");
    expect(await lab.text("/etc/real.nft")).toBe("default log ip none\n");
    expect((await lab.run("stat", ["-c%F %a", PERSISTED])).stdout).toMatch(/^symbolic link/);
    expect((await lab.run("stat", ["-c%a", "/etc/real.nft"])).stdout).toBe("640\n");
  });

  test("bytes that are not UTF-8 are not lost: the file is not edited", async () => {
    await shell(`mkdir -p /etc/netlogctl; printf '# caf\\xe9\\ndefault log ip kernel\\n' > ${PERSISTED}`);
    expectFault(await lab.netlogctl("default", "log", "ip", "none", "--persist"), `${PERSISTED}:1: cannot edit`);
    expectFault(await lab.netlogctl("restore"), "", 0);
  });

  test("a file is not made too long to be read again", async () => {
    await shell(
      `mkdir -p /etc/netlogctl; { echo default log ip kernel; yes '# 45678' | head -c 1048550; } > ${PERSISTED}`,
    );
    expectFault(await lab.netlogctl("default", "log", "ip6", "none", "--persist"), "would be longer than");
    expectFault(await lab.netlogctl("restore"), "", 0);
  });

  test("under umask 077 other users can still read", async () => {
    await shell("umask 077; netlogctl default log ip none --persist");
    const { stdout } = await shell(
      "stat -c '%a %n' /run/netlogctl /run/netlogctl/*/ /run/netlogctl/*/*.nft /etc/netlogctl/*",
    );
    expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["755", "755", "644", "644", ""]);
  });
});

describe("many at once, and signals", () => {
  test("modules that are persisted by eight at once are all in the file", async () => {
    const names = (await lab.json<{ name: string }[]>("module", "list")).map(({ name }) => name);
    const present = names.filter((name) => name !== "nf_conntrack_netlink");
    const ran = await Promise.all(present.map((name) => lab.netlogctl("module", "load", name, "--persist")));
    expect(ran.map(({ code }) => code)).toEqual(present.map(() => 0));
    const lines = (await lab.text("/etc/modules-load.d/netlogctl.conf"))?.split("\n") ?? [];
    expect(present.filter((name) => !lines.includes(name))).toEqual([]);
  });

  test("input is waited for, and a signal ends the waiting", async () => {
    const slow = await shell("netlogctl default log -n -f <(sleep 0.3; echo default log ip none)");
    expect(slow).toMatchObject({ code: 0, stderr: "" });
    const ended = await shell(
      `mkfifo /run/f; exec 3<>/run/f; '${process.execPath}' '${MAIN}' default log -f - < /run/f & until grep -qs read /proc/$!/wchan /proc/$!/task/*/wchan; do sleep 0.05; [ $((i+=1)) -lt 60 ] || break; done; kill -TERM $!; wait $!`,
    );
    expect(ended.code).toBe(143);
  });
});
