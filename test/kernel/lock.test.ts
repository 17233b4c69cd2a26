import { expect, test } from "vitest";
import { MAIN, openLab, type Running } from "../helpers/lab.ts";

async function hold(lab: Awaited<ReturnType<typeof openLab>>): Promise<Running> {
  await lab.run("mkdir", ["-p", "/run/netlogctl"]);
  const holder = lab.start("flock", ["/run/netlogctl/lock", "sh", "-c", "echo held; exec cat"]);
  await holder.line("held");
  return holder;
}

test("a second netlogctl waits, says so, and goes on when the first is done", async () => {
  await using lab = await openLab();
  const holder = await hold(lab);
  const waiting = lab.start(process.execPath, [MAIN, "default", "log", "ip", "none"]);
  await waiting.line("waiting for another netlogctl");
  expect((await lab.bound())[2]).toBe("nf_log_ipv4");
  holder.endInput();
  expect(await waiting.ended).toBe(0);
  expect((await lab.bound())[2]).toBe("NONE");
});

test("after --lock-timeout it is a fault, and nothing is changed", async () => {
  await using lab = await openLab();
  await hold(lab);
  for (const timeout of ["0", "1"]) {
    const { code, stderr } = await lab.netlogctl("default", "log", "ip", "none", "--lock-timeout", timeout);
    expect(code).toBe(1);
    expect(stderr).toContain(`/run/netlogctl/lock was still held after ${timeout} s`);
  }
  expect((await lab.bound())[2]).toBe("nf_log_ipv4");
});

test("a signal ends the waiting", async () => {
  await using lab = await openLab();
  await hold(lab);
  const waiting = lab.start(process.execPath, [MAIN, "default", "log", "ip", "none"]);
  await waiting.line("waiting for another netlogctl");
  const { stdout } = await lab.run("pgrep", ["-f", "default log ip none"]);
  await lab.run("kill", ["-TERM", ...stdout.trim().split("\n")]);
  await waiting.line("interrupted by SIGTERM: nothing was changed");
  expect(await waiting.ended).toBe(143);
});

test("while another is at work, a command that only reads does not wait", async () => {
  await using lab = await openLab();
  await hold(lab);
  expect((await lab.netlogctl("default", "log")).code).toBe(0);
});

test("of ten at once none is lost", async () => {
  await using lab = await openLab();
  const families = ["ip", "ip6", "arp", "bridge", "netdev"];
  const changes = families.flatMap((family) => [
    lab.netlogctl("default", "log", family, "user"),
    lab.netlogctl("default", "log", family, "user", "group", "0"),
  ]);
  expect(
    (await Promise.all(changes)).map(({ code, stderr }) => ({ code, stderr: stderr.replace(/.*waiting.*\n/, "") })),
  ).toEqual(changes.map(() => ({ code: 0, stderr: "" })));
  const { families: shown } = await lab.json<{ families: { intent: unknown; bound: string }[] }>("default", "log");
  expect(shown.map(({ intent, bound }) => ({ intent, bound }))).toEqual(
    families.map(() => ({ intent: { to: "user", group: 0 }, bound: "nfnetlink_log" })),
  );
});
