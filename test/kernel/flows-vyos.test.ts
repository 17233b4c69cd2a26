import { expect, test } from "vitest";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";
import { openFlowStream, ruleset, type Stream } from "../helpers/stream.ts";

/** Nobody else gets the room for more (net.core.rmem_max). */
const IS_ROOT = process.getuid?.() === 0;
const [PAUSE_MS, BURST] = IS_ROOT ? ["2", 20_000] : ["20", 0];
const FOLLOW = "table inet t { chain out { type filter hook output priority 0; ct state invalid counter; }; }";
const FILE = "/run/logger.conf";
const CONFIGS = [
  { event: { new: { udp: {} }, destroy: {} } },
  { event: { new: {}, update: {}, destroy: { tcp: {} } }, log_level: "info" },
];

async function write(lab: Lab, text: string): Promise<void> {
  expect(await lab.run("tee", [FILE], text)).toMatchObject({ code: 0 });
}

async function openLogger(lab: Lab, config: object): Promise<Stream> {
  await ruleset(lab, FOLLOW);
  await write(lab, JSON.stringify(config));
  return await openFlowStream(lab, "--vyos-config", FILE);
}

async function reload(lab: Lab, stream: Stream, text: string, says: string): Promise<void> {
  await write(lab, text);
  await stream.signal("HUP");
  await stream.running.line(says);
}

const begun = (lines: readonly string[]): number => lines.filter((line) => line.startsWith("[NEW]")).length;

test("SIGHUP again and again while flows begin: none is lost of a protocol that stays wanted", async () => {
  await using lab = await openLab();
  const stream = await openLogger(lab, CONFIGS[0] as object);
  const sender = lab.start(process.execPath, [`${HELPERS}/send-flows.js`, "60000", PAUSE_MS]);
  await sender.line("sending");
  for (const number of [1, 0, 1, 0]) {
    await reload(lab, stream, JSON.stringify(CONFIGS[number]), `read ${FILE} again`);
  }
  await reload(lab, stream, '{"event": {}}', `goes on as before: ${FILE} names no events: `);
  await reload(lab, stream, "{", `goes on as before: ${FILE} is no JSON: `);
  sender.endInput();
  const sent = Number((await sender.line("sent ")).slice("sent ".length));
  await stream.signal("TERM");
  const { code, lines, said } = await stream.ended();
  expect({ code, said, begun: begun(lines) }).toEqual({ code: 0, said: [], begun: sent });
  expect(sent).toBeGreaterThan(100);
});

test("a full queue is said with how many events were lost; what they would have told is found; SIGHUP makes it larger", async () => {
  await using lab = await openLab();
  const small = { event: { new: {} }, queue_size: "100" };
  const stream = await openLogger(lab, small);
  // It is taken up between censuses: what the first one shows counts as older.
  await reload(lab, stream, JSON.stringify(small), `read ${FILE} again`);
  const burst = async (count: number, first: number): Promise<void> => {
    await stream.signal("STOP");
    const args = [`${HELPERS}/send-flows.js`, String(count), "0", String(first)];
    expect(await lab.run(process.execPath, args)).toMatchObject({ code: 0 });
    await stream.signal("CONT");
  };
  const count = 20_000;
  await burst(count, 0);
  const note = await stream.running.line(" events were lost since ");
  const lost = Number(/^netlogctl: (\d+) events were lost since 20\S+Z: the receive buffer was full/.exec(note)?.[1]);
  expect(lost).toBeGreaterThan(count / 2);

  await reload(lab, stream, JSON.stringify({ event: { new: {} } }), `read ${FILE} again`);
  await burst(BURST, count);
  await stream.signal("TERM");
  const { code, lines, said } = await stream.ended();
  expect({ code, begun: begun(lines) }).toEqual({ code: 0, begun: count + BURST });
  expect(said).toEqual([
    expect.stringMatching(
      `^netlogctl: ${lost} events were lost, ${count + BURST - lost} came, ${lost} were found in the kernel's table`,
    ),
  ]);
});
