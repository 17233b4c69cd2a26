import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PacketEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";
import { eventsOf, openLiveStream, openStream, ruleset, sendUdp } from "../helpers/stream.ts";

const RULES =
  'table inet t { chain out { type filter hook output priority 0; udp dport 9 log prefix "out " group 1; }; }';
/** Nothing is handed over before the end. */
const HELD_BACK = ["--group", "1", "--delay", "6000", "--threshold", "1000"];
const IS_ROOT = process.getuid?.() === 0;

describe("packets stream", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
    await ruleset(lab, RULES);
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  test.each(["INT", "TERM", "HUP"] as const)(
    "SIG%s: what the kernel holds is told, and the group is free",
    async (name) => {
      const stream = await openStream(lab, ...HELD_BACK);
      await sendUdp(lab, 9, 9, 9);
      await stream.signal(name);
      expect((await eventsOf(stream)).map((event) => (event as PacketEvent).seq)).toEqual([0, 1, 2]);
      const next = await openStream(lab, ...HELD_BACK);
      await next.signal("TERM");
      expect(await next.ended()).toEqual({ code: 0, lines: [], said: [] });
    },
  );

  test("--timeout: the same", async () => {
    const stream = await openStream(lab, ...HELD_BACK, "--timeout", "3s");
    await sendUdp(lab, 9, 9, 9);
    expect(await eventsOf(stream)).toMatchObject([{ seq: 0 }, { seq: 1 }, { seq: 2 }]);
  });

  test("--count ends it though more came at once", async () => {
    const stream = await openStream(lab, "--group", "1", "--delay", "6000", "--threshold", "5", "--count", "2");
    await sendUdp(lab, 9, 9, 9, 9, 9);
    expect(await eventsOf(stream)).toMatchObject([{ seq: 0 }, { seq: 1 }]);
  });

  test("who read its lines goes away: it ends quietly", async () => {
    const script = '"$@" | head -n 1; echo "ended with $PIPESTATUS"';
    const command = [process.execPath, MAIN, "packets", "stream", "--group", "1", "--threshold", "1"];
    const running = lab.start("bash", ["-c", script, "bash", ...command]);
    await running.line("reading NFLOG group 1");
    const sender = lab.start(process.execPath, [`${HELPERS}/send-numbered.js`]);
    expect(JSON.parse(await running.line("{"))).toMatchObject({ seq: 0 });
    expect(await running.line("ended")).toBe("ended with 0");
    sender.endInput();
    expect([await running.ended, await sender.ended, running.rest()]).toEqual([0, 0, []]);
  });

  test("a group that somebody reads is a fault that names who, as far as it can be seen", async () => {
    const stream = await openStream(lab, "--group", "1");
    const { code, stdout, stderr } = await lab.netlogctl("packets", "stream", "--group", "1");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const held = IS_ROOT
      ? new RegExp(
          `cannot read NFLOG group 1 of .*: netlogctl packets stream \\(pid ${stream.pid}\\) reads it\n.*kill ${stream.pid}`,
        )
      : /cannot read NFLOG group 1 of .*: EPERM: another socket holds it\n.*root sees who it is/;
    expect(stderr).toMatch(held);
    await sendUdp(lab, 9);
    await stream.signal("TERM");
    expect(await eventsOf(stream)).toMatchObject([{ seq: 0 }]);
  });

  test("groups that somebody reads are left out where none is named", async () => {
    await ruleset(lab, 'add rule inet t out udp dport 10 log prefix "two " group 2');
    const stream = await openStream(lab, "--group", "1");
    const other = await lab.start(process.execPath, [MAIN, "packets", "stream", "--timeout", "1s"]);
    // Who it is, an ordinary user cannot see.
    const holder = IS_ROOT ? `(pid ${stream.pid}) reads it` : "another socket holds it";
    expect(await other.line("note: group 1 is left out")).toContain(holder);
    expect(await other.line("reading")).toMatch(/reading NFLOG group 2$/);
    expect(await other.ended).toBe(0);
    await stream.signal("TERM");
    expect(await eventsOf(stream)).toEqual([]);
  });

  test("who may not gets a fault that names the capability", async () => {
    const drop = ["--bounding-set=-net_admin", "--inh-caps=-net_admin"];
    const { code, stdout, stderr } = await lab.run("setpriv", [
      ...drop,
      ...[process.execPath, MAIN, "packets", "stream", "--group", "7"],
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/cannot read NFLOG group 7 of .*: EPERM\n.*CAP_NET_ADMIN/);
  });

  test("a namespace by its name: its rules, its packets", async () => {
    expect(await lab.run("ip", ["netns", "add", "blue"])).toMatchObject({ code: 0 });
    const inBlue = ["netns", "exec", "blue"];
    expect(await lab.run("ip", [...inBlue, "ip", "link", "set", "lo", "up"])).toMatchObject({ code: 0 });
    expect(await lab.run("ip", [...inBlue, "nft", RULES.replace("group 1", "group 6")])).toMatchObject({ code: 0 });
    const stream = await openStream(lab, "--netns", "blue", "--count", "1");
    expect(stream.groups).toBe("6");
    expect(await lab.run("ip", [...inBlue, "bash", "-c", "echo > /dev/udp/127.0.0.1/9"])).toMatchObject({ code: 0 });
    expect(await eventsOf(stream)).toMatchObject([{ netns: "blue", group: 6, prefix: "out ", out: "lo" }]);
  });

  test("names of interfaces are those of now: renamed, and anew with the same number", async () => {
    const run = async (commands: string): Promise<void> => {
      expect(await lab.run("sh", ["-ec", commands])).toMatchObject({ code: 0, stderr: "" });
    };
    const send = "echo > /dev/udp/192.0.2.9/9";
    await run(
      "ip link add old index 70 type veth peer name far; ip address add 192.0.2.1/24 dev old; ip link set old up",
    );
    const stream = await openLiveStream(lab, "--group", "1", "--threshold", "1", "--count", "3");
    const next = async (seq: number): Promise<PacketEvent> => {
      expect(await lab.run("bash", ["-c", send])).toMatchObject({ code: 0 });
      return JSON.parse(await stream.running.line(`"seq":${seq},`)) as PacketEvent;
    };
    expect(await next(0)).toMatchObject({ out: "old", out_index: 70 });
    await run("ip link set old down; ip link set old name new; ip link set new up");
    expect(await next(1)).toMatchObject({ out: "new", out_index: 70 });
    await run(
      "ip link del new; ip link add third index 70 type veth peer name far; ip address add 192.0.2.1/24 dev third; ip link set third up",
    );
    expect(await next(2)).toMatchObject({ out: "third", out_index: 70 });
    expect(await stream.running.ended).toBe(0);
  });
});
