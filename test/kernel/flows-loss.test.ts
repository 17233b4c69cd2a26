import { expect, test } from "vitest";
import type { LossEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";
import { openFlowStream, ruleset } from "../helpers/stream.ts";

/** Conntrack follows what is sent, and nobody answers. */
const QUIET = `
table inet t {
  chain in {
    type filter hook prerouting priority 0
    ip daddr 127.1.0.0/16 ct state new,established drop
  }
}
`;
const [ROUNDS, FLOWS] = [4, 50_000];
/** Nobody else gets the room in which none are lost (net.core.rmem_max). */
const FITTING = process.getuid?.() === 0 ? FLOWS : 300;

interface Account {
  readonly began: number;
  readonly ended: number;
  readonly updates: number;
  readonly resyncs: number;
  readonly wrong: number;
  readonly open: number;
  readonly losses: readonly { readonly count: number; readonly since: string; readonly until: string }[];
}

async function makeFlows(lab: Lab, count: number): Promise<void> {
  const sent = await lab.run(process.execPath, [`${HELPERS}/send-flows.js`, String(count)]);
  expect(sent).toMatchObject({ code: 0, stdout: `sending\nsent ${count}\n` });
  expect(await lab.run("conntrack", ["-F"])).toMatchObject({ code: 0 });
}

async function accountOf(lab: Lab, pid: string): Promise<Account> {
  const { code, stdout } = await lab.run(process.execPath, [`${HELPERS}/flow-account.js`, `/run/stream-${pid}`]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Account;
}

test("where events find no room, each flow that is told to begin is told to end, and the loss is counted", async () => {
  await using lab = await openLab();
  await ruleset(lab, QUIET);
  const stream = await openFlowStream(lab, "--json", "--room", "1", "--timeout", "120s");
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 0) await stream.signal("STOP");
    await makeFlows(lab, FLOWS);
    await stream.signal("CONT");
  }
  await stream.signal("INT");
  expect(await stream.running.ended).toBe(0);

  const { began, ended, resyncs, losses, ...rest } = await accountOf(lab, stream.pid);
  expect(rest).toEqual({ updates: 0, wrong: 0, open: 0 });
  expect(ended).toBe(began);
  const lost = losses.reduce((sum, { count }) => sum + count, 0);
  expect(lost).toBeGreaterThan(FLOWS);
  expect(began + ended - resyncs + lost).toBe(2 * ROUNDS * FLOWS);
  for (const [index, { since, until }] of losses.entries()) {
    expect(since < until).toBe(true);
    expect(since >= (losses[index - 1]?.until ?? "")).toBe(true);
  }
  const came = 2 * ROUNDS * FLOWS - lost;
  expect(stream.running.rest()).toContainEqual(
    expect.stringMatching(
      `^netlogctl: ${lost} events were lost, ${came} came, \\d+ were found in the kernel's table: `,
    ),
  );
});

test("where events find room, each flow is told by them, and a census finds nothing", async () => {
  await using lab = await openLab();
  await ruleset(lab, QUIET);
  const stream = await openFlowStream(lab, "--json", "--room", "512", "--census", "1s", "--timeout", "120s"); // all of it, if need be
  for (let round = 0; round < ROUNDS; round += 1) await makeFlows(lab, FITTING);
  await stream.signal("INT");
  expect(await stream.running.ended).toBe(0);
  const count = ROUNDS * FITTING;
  expect(await accountOf(lab, stream.pid)).toEqual({
    ...{ began: count, ended: count, updates: 0, resyncs: 0, wrong: 0, open: 0, losses: [] },
  });
});

test("while more comes than is taken, and never a pause, losses are told", async () => {
  await using lab = await openLab();
  await ruleset(lab, QUIET);
  const script = '"$@" | "$1" "$0" loss';
  const stream = [process.execPath, MAIN, "flows", "stream", "--json", "--room", "1"];
  const running = lab.start("bash", ["-c", script, `${HELPERS}/slow-reader.js`, ...stream]);
  await running.line("reading flows");
  const most = 500_000;
  const sender = lab.start(process.execPath, [`${HELPERS}/send-flows.js`, String(most), "1"]);
  const loss = JSON.parse(await running.line("loss")) as LossEvent;
  sender.endInput();
  expect(Number((await sender.line("sent ")).slice("sent ".length))).toBeLessThan(most);
  expect([loss.kind, loss.source]).toEqual(["loss", "conntrack"]);
  expect(loss.count).toBeGreaterThan(0);
});
