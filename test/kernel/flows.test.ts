import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../src/core/event/event.ts";
import type { TopFlows } from "../../src/index.ts";
import { HELPERS, type Lab, MAIN, openLab, type Running } from "../helpers/lab.ts";
import { HELD } from "../helpers/serve.ts";
import { openFlowStream, openLiveFlowStream, ruleset, sendUdp } from "../helpers/stream.ts";

const IN_LAB = [process.execPath, `${HELPERS}/make-flows.js`] as const;
const DIRECTORY = "/proc/sys/net/netfilter";

/** What comes to port 80 is served at 8080; ct has conntrack follow all of it. */
const REDIRECT = `
table inet t {
  chain out {
    type nat hook output priority -100
    tcp dport 80 redirect to :8080
    udp dport 80 redirect to :8080
  }
}
`;
const FOLLOW = "table inet t { chain out { type filter hook output priority 0; ct state invalid counter; }; }";

async function openFollowed(rules = FOLLOW): Promise<Lab> {
  const lab = await openLab();
  await ruleset(lab, rules);
  return lab;
}

async function run(lab: Lab, file: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run(file, args);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** Waits in the lab until this holds. */
async function until(lab: Lab, condition: string): Promise<void> {
  await run(lab, "sh", "-c", `until ${condition}; do :; done`);
}

/** `conntrack -E` into a file, listening. */
async function openConntrack(lab: Lab): Promise<Running> {
  const running = lab.start("sh", ["-c", "exec conntrack -E -o timestamp,id > /run/conntrack"]);
  // Its line there: protocol 12, bound to groups 1, 2 and 3 (its mask is 7); that of netlogctl looks the same.
  await until(lab, "[ $(grep -c '  *12  *[0-9]*  *00000007 ' /proc/net/netlink) = 2 ]");
  return running;
}

/**
 * Lines flow by flow, without what cannot be the same: when each was read, the name of a program, and how long a flow that
 * has not ended is there.
 */
function byFlow(text: string): string[] {
  const idOf = (line: string): number => Number(/ id=(\d+)( \[USERSPACE\].*)?$/.exec(line)?.[1]);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^\[[\d.]+\]\t/, "").replace(/ progname=.*$/, ""))
    .map((line) => (line.startsWith("[DESTROY]") ? line : line.replace(/ delta-time=\d+/, "")))
    .toSorted((a, b) => idOf(a) - idOf(b));
}

describe("flows stream", () => {
  test.each(["0", "1"])(
    "tells what conntrack -E tells, line by line of each flow; counters and times: %s",
    async (isKept) => {
      await using lab = await openFollowed(REDIRECT);
      await run(
        lab,
        "sh",
        "-c",
        `for name in acct timestamp; do echo ${isKept} > ${DIRECTORY}/nf_conntrack_$name; done`,
      );
      const stream = await openFlowStream(lab, "-F", "conntrack");
      const conntrack = await openConntrack(lab);
      expect(await run(lab, ...IN_LAB)).toBe("made\n");
      await run(lab, "conntrack", "-D", "-p", "udp");
      await run(lab, "conntrack", "-F");
      await sendUdp(lab, 9);
      await until(lab, "grep -q ' dport=9 ' /run/conntrack");
      conntrack.kill("SIGINT");
      await stream.signal("INT");
      const { code, lines } = await stream.ended();

      const ours = byFlow(lines.join("\n"));
      expect(ours).toEqual(byFlow((await lab.text("/run/conntrack")) ?? ""));
      expect(code).toBe(0);
      for (const proto of ["tcp", "udp", "icmp", "icmpv6"]) {
        for (const change of ["[NEW]", "[UPDATE]", "[DESTROY]"]) {
          expect(ours.filter((line) => line.includes(`${change} ${proto} `)).length).toBeGreaterThan(0);
        }
      }
      expect(ours.filter((line) => / dport=80 .* sport=8080 /.test(line)).length).toBeGreaterThan(10);
      expect(ours.filter((line) => line.includes("[USERSPACE] portid=")).length).toBeGreaterThanOrEqual(6);
      expect(ours.some((line) => line.includes(" delta-time="))).toBe(isKept === "1");
    },
  );

  // A flow gets no events, ever, if there are none when it begins; "auto" is that while nobody listens in any namespace.
  test.each([
    ["the kernel sent no events of, since a census misses it", "0", true],
    ["the kernel sent events of, by its event", "1", undefined],
  ])("tells the end of an older flow that %s", async (_what, events, resync) => {
    await using lab = await openFollowed();
    const file = `${DIRECTORY}/nf_conntrack_events`;
    await run(lab, "sh", "-c", `echo ${events} > ${file}`);
    await sendUdp(lab, 9);
    await run(lab, "sh", "-c", `echo 2 > ${file}`);
    const stream = await openLiveFlowStream(lab, "--json", "--existing", "--census", "1s");
    const listed = JSON.parse(await stream.running.line("{")) as FlowEvent;
    expect(listed).toMatchObject({ change: "listed", dport: 9 });
    await run(lab, "conntrack", "-F");
    const ended = JSON.parse(await stream.running.line("{")) as FlowEvent;
    expect(ended).toMatchObject({ change: "destroy", id: listed.id, dport: 9 });
    expect(ended.resync).toBe(resync);
    await stream.signal("TERM");
    expect([await stream.running.ended, stream.running.rest()]).toEqual([0, []]);
  });

  test("SIGINT: what came is written", async () => {
    await using lab = await openFollowed();
    const stream = await openFlowStream(lab, "--json");
    await run(lab, process.execPath, `${HELPERS}/send-flows.js`, "300");
    await stream.signal("INT");
    const { code, lines, said } = await stream.ended();
    const events = lines.map((line) => JSON.parse(line) as FlowEvent);
    expect({ code, said }).toEqual({ code: 0, said: [] });
    expect(events.filter(({ change }) => change === "new").length).toBe(300);
  });

  test("who read its lines goes away: it ends quietly", async () => {
    await using lab = await openFollowed();
    const script = '"$@" | head -n 1; echo "ended with $PIPESTATUS"';
    const running = lab.start("bash", ["-c", script, "bash", process.execPath, MAIN, "flows", "stream", "--json"]);
    await running.line("reading flows");
    const sender = lab.start(process.execPath, [`${HELPERS}/send-flows.js`, "100000", "2"]);
    expect(JSON.parse(await running.line("{"))).toMatchObject({ change: "new", proto: "udp" });
    expect(await running.line("ended")).toBe("ended with 0");
    sender.endInput();
    expect([await running.ended, await sender.ended, running.rest()]).toEqual([0, 0, []]);
  });

  test("lines that nobody takes at the end are given up, which is said, and is no success", async () => {
    await using lab = await openFollowed();
    await run(lab, "mkfifo", "/run/lines");
    const keeper = lab.start("sh", ["-c", "exec 3<>/run/lines; echo open >&2; read -r end"]);
    await keeper.line("open");
    const script = 'echo "pid $$" >&2; exec "$@" > /run/lines';
    const running = lab.start("sh", ["-c", HELD, script, process.execPath, MAIN, "flows", "stream", "--json"]);
    const pid = (await running.line("pid ")).slice("pid ".length);
    await running.line("reading flows");
    await run(lab, process.execPath, `${HELPERS}/send-flows.js`, "2000");
    await run(lab, "kill", "-INT", pid);
    expect(await running.line("were not taken")).toMatch(/[0-9]+ bytes of lines were not taken by who reads them$/);
    expect(await running.ended).toBe(1);
    keeper.endInput();
    await keeper.ended;
  });

  test("who may not gets a fault that names the capability", async () => {
    await using lab = await openFollowed();
    const drop = ["--bounding-set=-net_admin", "--inh-caps=-net_admin"];
    for (const verb of [["stream"], ["list"], ["top"]]) {
      const { code, stdout, stderr } = await lab.run("setpriv", [...drop, process.execPath, MAIN, "flows", ...verb]);
      expect({ code, stdout, stderr }).toMatchObject({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^netlogctl: cannot read flows: .*EPERM\n {2}needs CAP_NET_ADMIN.*\n$/);
    }
  });
});

describe("flows list", () => {
  const flows = async (lab: Lab, ...args: string[]): Promise<FlowEvent[]> => {
    const { code, stdout, stderr } = await lab.netlogctl("flows", "list", "--json", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as FlowEvent);
  };
  const ports = async (lab: Lab, ...args: string[]): Promise<unknown[]> =>
    (await flows(lab, ...args)).map(({ dport }) => dport);

  test("in the order that is asked for, or only how many; of a namespace by its name", async () => {
    await using lab = await openLab();
    await run(lab, "ip", "netns", "add", "blue");
    const inBlue = ["netns", "exec", "blue"];
    await run(lab, "ip", ...inBlue, "sh", "-ec", `ip link set lo up; nft '${FOLLOW}'`);
    expect(await flows(lab, "--netns", "blue")).toEqual([]);
    await run(
      lab,
      "ip",
      ...inBlue,
      "sh",
      "-c",
      `for n in acct timestamp; do echo 1 > ${DIRECTORY}/nf_conntrack_$n; done`,
    );
    const send = (port: number, bytes: number): string => `head -c ${bytes} /dev/zero > /dev/udp/127.0.0.1/${port}`;
    await run(lab, "ip", ...inBlue, "bash", "-c", [send(11, 10), send(13, 1000), send(12, 100)].join("; "));

    expect(await flows(lab)).toEqual([]);
    expect(await ports(lab, "--netns", "blue")).toEqual([13, 12, 11]);
    expect(await ports(lab, "--netns", "blue", "--sort", "age")).toEqual([11, 13, 12]);
    expect(await ports(lab, "--netns", "blue", "--sort", "address", "--limit", "1")).toHaveLength(1);
    expect(await flows(lab, "--netns", "blue", "-w", "dport = 13")).toMatchObject([
      { change: "listed", netns: "blue", proto: "udp", orig: { packets: 1, bytes: 1028 }, start_source: "kernel" },
    ]);
    expect(await lab.netlogctl("flows", "list", "--netns", "blue", "--count")).toEqual({
      ...{ code: 0, stdout: "3\n", stderr: "" },
    });
    const csv = ["flows", "list", "--netns", "blue", "-F", "csv", "--fields", "dport,bytes"];
    expect((await lab.netlogctl(...csv)).stdout).toBe("dport,bytes\n13,1028\n12,128\n11,38\n");
    const top = await lab.netlogctl("flows", "top", "--netns", "blue", "--json", "--count", "1", "-i", "1", "-n", "2");
    expect({ ...top, stdout: "" }).toEqual({ code: 0, stdout: "", stderr: "" });
    const page = JSON.parse(top.stdout) as TopFlows;
    expect(page).toMatchObject({ flows: 3, hasCounters: true, bytes: 0 });
    expect(page.top.map(({ flow }) => flow.dport)).toEqual([13, 12]);
  });
});
