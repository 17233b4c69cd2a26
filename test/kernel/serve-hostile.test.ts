import { expect, test } from "vitest";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";
import { openBusStream, openServe } from "../helpers/serve.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

const RULES =
  'table inet t { chain out { type filter hook output priority 0; udp dport 9 log prefix "one " group 1; }; }';

async function residentKb(lab: Lab, pid: string): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec((await lab.text(`/proc/${pid}/status`)) ?? "")?.[1]);
}

test("clients that mean no good are answered or let go, and others are told as before, in no more memory", async () => {
  await using lab = await openLab();
  await ruleset(lab, RULES);
  const served = await openServe(lab, "version: 1\nserve: { groups: [1] }\n");
  const attack = async (): Promise<string> => {
    const ran = await lab.run(process.execPath, [`${HELPERS}/hostile-clients.js`, "/run/netlogctl-serve/bus.sock"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    // What the service has not read when it hangs up may take the answer with it.
    return ran.stdout.replace(/^(a line that does not end): (?:$|.*longer than 64 KiB.*)/m, "$1: refused");
  };
  const answers = await attack();
  expect(answers).toMatchInlineSnapshot(`
    "no JSON: {"error":"cannot subscribe: it is no JSON","remedy":"send a
    binary: {"error":"cannot subscribe: it is no JSON","remedy":"send a
    a line that does not end: refused
    lists in lists: {"error":"cannot subscribe: it is no JSON","remedy":"send a
    names that all objects have: {"error":"cannot subscribe: subscribe: Invalid input: expect
    patterns of stars: {"error":"cannot subscribe: subscribe.0: Too big: expected s
    a terminal's escapes: {"error":"cannot subscribe: subscribe.0: no topic is like th
    more than there is room for: 744 let go
    half of a request: let go
    "
  `);
  // What connections are read into is taken and given back all the time: it is as much as it will be behind the second.
  expect(await attack()).toBe(answers);
  const before = await residentKb(lab, served.pid);
  for (let again = 0; again < 2; again += 1) expect(await attack()).toBe(answers);
  expect(await residentKb(lab, served.pid)).toBeLessThan(before + 64 * 1024);

  const stream = openBusStream(lab, "--count", "1");
  await sendUdp(lab, 9);
  expect(await stream.next()).toMatchObject({ kind: "packet", prefix: "one " });
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  expect(served.running.rest()).toEqual([]);
});

test("a signal opens no debugger, by which any local user could have it do what they want", async () => {
  await using lab = await openLab();
  await ruleset(lab, RULES);
  const served = await openServe(lab, "version: 1\nserve: { groups: [1] }\n");
  await served.signal("USR1");
  await served.signal("HUP");
  expect(await served.running.line("")).toMatch(/read the intent again/);
  expect((await lab.run("cat", ["/proc/net/tcp"])).stdout.trim().split("\n")).toHaveLength(1);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
});
