import { expect, test } from "vitest";
import type { LossEvent, PacketEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";
import { openStream, ruleset, type StreamRan, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain out {
    type filter hook output priority 0
    udp dport 10 log prefix "two " group 2
    udp dport 9 log prefix "one " group 1
  }
}
`;
/** Far more than a mebibyte has room for, whether each comes alone or hundreds come together. */
const MANY = 20_000;

async function openRuled(): Promise<Lab> {
  const lab = await openLab();
  await ruleset(lab, RULES);
  return lab;
}

async function sendMany(lab: Lab): Promise<void> {
  expect(await lab.run(process.execPath, [`${HELPERS}/send-many.js`, String(MANY), "9", "10"])).toMatchObject({
    code: 0,
  });
}

type PacketsEvent = PacketEvent | LossEvent;

const eventsIn = ({ lines }: StreamRan): PacketsEvent[] => lines.map((line) => JSON.parse(line) as PacketsEvent);

/** The packets that came and the losses of a group, which together number all packets, none twice, in order. */
function accountOf(events: readonly PacketsEvent[], group: number): { received: number; lost: number } {
  let next = 0;
  let lost = 0;
  const of = events.filter((event) => event.group === group);
  for (const event of of) {
    const isLoss = event.kind === "loss";
    const [first, last] = isLoss ? [event.from, event.to] : [event.seq, event.seq];
    expect(first).toBe(next);
    next = (last as number) + 1;
    if (isLoss) expect(event.count).toBe(next - (first as number));
    if (isLoss) lost += event.count;
  }
  return { received: next - lost, lost };
}

test.each(["1", "400"])(
  "what found no room is counted, by groups, in its place: %s packets at once",
  async (threshold) => {
    await using lab = await openRuled();
    const stream = await openStream(lab, "--group", "1,2", "--room", "1", "--threshold", threshold);
    await stream.signal("STOP");
    await sendMany(lab);
    await stream.signal("CONT");
    expect(await lab.run("sh", ["-c", `until [ -s /run/stream-${stream.pid} ]; do :; done`])).toMatchObject({
      code: 0,
    });
    await sendUdp(lab, 9, 10);
    await stream.signal("TERM");
    const ran = await stream.ended();
    const events = eventsIn(ran);
    const accounts = [1, 2].map((group) => ({ group, ...accountOf(events, group) }));
    for (const { received, lost } of accounts) {
      expect(received + lost).toBe(MANY + 1);
      expect(received).toBeGreaterThan(1);
      expect(lost).toBeGreaterThan(0);
    }
    expect(ran.code).toBe(0);
    expect([...ran.said].sort()).toEqual(
      accounts.map(
        ({ group, received, lost }) =>
          `netlogctl: group ${group}: ${lost} packets were lost, ${received} came: give it more room (--room), or log less`,
      ),
    );
  },
);

test("what found no room behind the last packet that came is told at the end", async () => {
  await using lab = await openRuled();
  const stream = await openStream(lab, "--group", "1,2", "--room", "1", "--threshold", "1");
  await stream.signal("STOP");
  await sendMany(lab);
  await stream.signal("TERM");
  await stream.signal("CONT");
  const ran = await stream.ended();
  const events = eventsIn(ran);
  expect(events.filter((event) => event.kind === "loss")).toEqual([]);
  const received = [1, 2].map((group) => accountOf(events, group).received).reduce((sum, one) => sum + one);
  expect(ran).toMatchObject({
    code: 0,
    said: [
      `netlogctl: at least ${2 * MANY - received} messages of one or more packets found no room behind the last packet that came`,
    ],
  });
});
