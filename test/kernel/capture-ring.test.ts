import { afterAll, beforeAll, expect, test } from "vitest";
import { filesIn, indexesIn, openCapture, tshark } from "../helpers/captures.ts";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t { chain out { type filter hook output priority 0; udp dport 9 log prefix "out:x " group 2; }; }
`;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  await ruleset(lab, RULES);
});
afterAll(async () => await lab?.[Symbol.asyncDispose]());

test("by a clock that was handed in a file ends with its hour, also where nothing comes, and none spans midnight", async () => {
  const ring = "/run/ring-clock";
  const intent = `version: 1\ncapture: { groups: [2], ring: { directory: ${ring}, free: 1KiB } }\n`;
  await lab.run("tee", ["/run/clock.yaml"], intent);
  // At 22:59:00 of that day, an hour passes in a second and a half.
  const begin = new Date(2026, 5, 1, 22, 59, 0).getTime() - Date.now();
  const words = [`${HELPERS}/capture-clock.js`, "/run/clock.yaml", String(begin), "2400"];
  const running = lab.start(process.execPath, words);
  await running.line("captures ");
  const closed = async (count: number): Promise<void> => {
    await expect.poll(async () => (await indexesIn(lab, ring)).length, { timeout: 20_000, interval: 50 }).toBe(count);
  };
  await sendUdp(lab, 9);
  await closed(1);
  await sendUdp(lab, 9);
  await closed(2);
  await sendUdp(lab, 9);
  running.endInput();
  expect(await running.ended).toBe(0);
  const told = await indexesIn(lab, ring);
  expect(told.map(({ ended, packets }) => [ended, packets])).toEqual([
    ["time", 1],
    ["time", 1],
    ["end", 1],
  ]);
  for (const { file, first = "", last = "" } of told) {
    const local = [first, last]
      .map((one) => new Date(one))
      .map((one) => `${one.getMonth()} ${one.getDate()} ${one.getHours()}`);
    expect(local[0]).toBe(local[1]);
    const begun = new Date(first);
    expect(file.slice(5, 15)).toBe(
      `2026${String(begun.getMonth() + 1).padStart(2, "0")}${String(begun.getDate()).padStart(2, "0")}${String(begun.getHours()).padStart(2, "0")}`,
    );
  }
});

test("a killed run leaves a file that can be read, and the next one closes it", async () => {
  const ring = "/run/ring-killed";
  const run = await openCapture(lab, "-g", "2", "--ring", ring);
  await sendUdp(lab, 9, 9, 9);
  await expect.poll(async () => await filesIn(lab, ring), { timeout: 10_000, interval: 50 }).toHaveLength(1);
  const second = await lab.netlogctl("capture", "run", "-g", "5", "--ring", ring);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("another netlogctl captures into it") });
  await run.signal("KILL");
  await run.running.ended;
  const [part = ""] = await filesIn(lab, ring);
  expect(part).toMatch(/^pcap-\d{14}\.pcapng\.part$/);
  expect(await tshark(lab, `${ring}/${part}`, "udp.dstport")).toEqual([["9"], ["9"], ["9"]]);
  await lab.run("sh", ["-c", `head -c 50 /dev/zero >> ${ring}/${part}`]);
  const next = await openCapture(lab, "-g", "2", "--ring", ring);
  await next.signal("INT");
  await next.ended();
  const [told] = await indexesIn(lab, ring);
  expect(told).toMatchObject({ ended: "cut-off", packets: 3, prefixes: { "out:x ": 3 }, from: "NFLOG group 2" });
  expect(await tshark(lab, `${ring}/${part.replace(".part", "")}`, "udp.dstport")).toHaveLength(3);
});

test("a ring keeps as many files as it may, says which it deleted, and touches nothing else", async () => {
  const ring = "/run/ring-bounds";
  await lab.run("sh", [
    "-c",
    `mkdir -p ${ring}; cd ${ring}; touch notes.txt pcap-20200101000000.pcap; for name in pcap-20200101000001.pcapng pcap-20200101000002.pcapng.part; do ln -s /etc/hosts $name; done`,
  ]);
  const run = await openCapture(lab, "-g", "2", "--ring", ring, "--files", "2");
  for (const count of [1, 2, 3]) {
    await sendUdp(lab, 9);
    await expect
      .poll(async () =>
        (await filesIn(lab, ring)).some((name) => !name.startsWith("pcap-2020") && name.endsWith(".part")),
      )
      .toBe(true);
    await run.signal("HUP");
    await run.running.line("begins a new file");
    expect(await indexesIn(lab, ring)).toHaveLength(Math.min(count, 2));
  }
  await run.signal("INT");
  await run.ended();
  const files = await filesIn(lab, ring);
  const others = [
    "notes.txt",
    "pcap-20200101000000.pcap",
    "pcap-20200101000001.pcapng",
    "pcap-20200101000002.pcapng.part",
  ];
  expect(files).toEqual(expect.arrayContaining(others));
  const removed = ((await lab.text(`${ring}/removed.ndjson`)) ?? "")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(removed).toEqual([
    {
      file: expect.stringMatching(/^pcap-.*pcapng$/),
      packets: 1,
      first: expect.any(String),
      last: expect.any(String),
      why: "files",
      ts: expect.any(String),
    },
  ]);
  expect(files).not.toContain(removed[0].file);
});

test("on a full disk the oldest goes; where nothing is left, packets are counted until there is room", async () => {
  const ring = "/run/ring-full";
  await lab.run("sh", [
    "-ec",
    `mkdir -p ${ring}; mount -t tmpfs -o size=256k small ${ring}; head -c 196608 /dev/zero > ${ring}/notes`,
  ]);
  const run = await openCapture(lab, "-g", "2", "--ring", ring);
  await sendUdp(lab, 9);
  await expect.poll(async () => await filesIn(lab, ring), { timeout: 10_000, interval: 50 }).toHaveLength(2);
  await run.signal("HUP");
  await run.running.line("begins a new file");
  const flood = Array(1000).fill(9) as number[];
  await sendUdp(lab, ...flood);
  await run.running.line("there is no room");
  expect((await lab.text(`${ring}/removed.ndjson`)) ?? "").toMatch(/"why":"free"|^$/);
  await lab.run("rm", [`${ring}/notes`]);
  await sendUdp(lab, 9);
  await run.running.line("there is room");
  await run.signal("INT");
  await run.ended();
  const told = await indexesIn(lab, ring);
  expect(told).toHaveLength(1);
  const [{ packets, lost, file } = { packets: 0, lost: 0, file: "" }] = told;
  expect(lost).toBeGreaterThan(0);
  expect(packets + lost).toBe(1001);
  expect(await tshark(lab, `${ring}/${file}`, "udp.dstport")).toHaveLength(packets);
  // As a killed run would have left it, and no room for its index: the oldest makes some.
  const script = [
    ...[
      `cd ${ring}; mv ${file} ${file}.part; rm ${file}.index.json`,
      "head -c 20000 /dev/zero > pcap-20200101000000.pcapng",
    ],
    "head -c 1000000 /dev/zero > notes; true",
  ];
  await lab.run("sh", ["-c", script.join("\n")]);
  const next = await openCapture(lab, "-g", "2", "--ring", ring);
  await next.signal("INT");
  await next.ended();
  expect(await indexesIn(lab, ring)).toMatchObject([{ file, packets, ended: "cut-off" }]);
  expect(await filesIn(lab, ring)).not.toContain("pcap-20200101000000.pcapng");
});

test("what the intent says is captured, and the service manager is told: ready, alive, stopping", async () => {
  const intent =
    "version: 1\ncapture: { groups: [2], linktype: raw, ring: { directory: /run/ring-unit, free: 1KiB } }\n";
  await lab.run("sh", ["-c", "cat > /run/capture.yaml"], intent);
  const manager = lab.start(process.execPath, [`${HELPERS}/notify-listen.js`, "/run/notify"]);
  await manager.line("listening");
  const environment = [
    "NOTIFY_SOCKET=/run/notify",
    "WATCHDOG_USEC=100000",
    "sh",
    "-c",
    'echo "pid $$"; exec "$@"',
    "sh",
  ];
  const run = ["capture", "run", "-f", "/run/capture.yaml", "--snaplen", "28"];
  const running = lab.start("env", [...environment, process.execPath, MAIN, ...run]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  await manager.line("READY=1");
  expect(await manager.line("STATUS=")).toBe("STATUS=captures NFLOG group 2 into /run/ring-unit, at most 2.0 GiB");
  await manager.line("WATCHDOG=1");
  await sendUdp(lab, 9);
  await lab.run("kill", ["-TERM", pid]);
  await manager.line("STOPPING=1");
  expect(await running.ended).toBe(0);
  const [told] = await indexesIn(lab, "/run/ring-unit");
  expect(told).toMatchObject({ link: "raw", packets: 1 });
  expect(await tshark(lab, `/run/ring-unit/${told?.file}`, "frame.cap_len")).toEqual([["28"]]);
  expect((await lab.run("stat", ["-c", "%a", "/run/ring-unit", `/run/ring-unit/${told?.file}`])).stdout).toBe(
    "750\n640\n",
  );
});

test("what found no room is counted in the index, and said", async () => {
  const ring = "/run/ring-lost";
  const run = await openCapture(lab, "-g", "2", "--ring", ring, "--room", "1");
  await run.signal("STOP");
  await lab.run(process.execPath, [`${HELPERS}/send-many.js`, "20000", "9"]);
  await run.signal("CONT");
  await run.signal("INT");
  const said = (await run.ended()).join("\n");
  const [told] = await indexesIn(lab, ring);
  expect(told?.lost).toBeGreaterThan(0);
  expect(said).toContain(`at least ${told?.lost} packets are not in it`);
});
