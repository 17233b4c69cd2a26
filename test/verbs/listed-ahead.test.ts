import { afterEach, expect, test, vi } from "vitest";
import type { Host } from "../../src/core/model/host.ts";
import { openHost } from "../../src/index.ts";
import { listAhead } from "../../src/verbs/listed-ahead.ts";
import { readAroundOurs } from "../../src/verbs/live-rules.ts";

/** A machine whose kernel tells these generations, one after the other, and whose nft lists a table named after how often it was run. */
async function machine(...generations: (number | undefined)[]): Promise<{ host: Host; signals: AbortSignal[] }> {
  const signals: AbortSignal[] = [];
  let runs = 0;
  const host: Host = {
    ...(await openHost({})),
    rulesetGeneration: async () => generations.shift(),
    run: async (_file, _args, signal) => {
      if (signal !== undefined) signals.push(signal);
      runs += 1;
      return { code: 0, stdout: `{"nftables": [{"table": {"family": "ip", "name": "t${runs}"}}]}`, stderr: "" };
    },
  };
  return { host, signals };
}

const namesOf = async (host: Host, ahead: Awaited<ReturnType<typeof listAhead>>): Promise<string[]> => [
  ...(await readAroundOurs(host, new Set(), ahead)).tables.keys(),
];

afterEach(() => vi.useRealTimers());

test.each([
  ["as long as the generation is the same", [4, 4], ["ip t1"]],
  ["and not once it is another", [4, 5], ["ip t2"]],
  ["nor where it is not told any more", [4, undefined], ["ip t2"]],
  ["and nothing is begun where none is told", [undefined, undefined], ["ip t1"]],
])("a listing that was begun before is taken %s", async (_what, generations, names) => {
  const { host } = await machine(...generations);
  expect(await namesOf(host, await listAhead(host))).toEqual(names);
});

test("one that is old is not taken, for counters have gone on", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const { host } = await machine(4, 4, 4);
  const ahead = await listAhead(host);
  vi.advanceTimersByTime(9999);
  expect(await namesOf(host, ahead)).toEqual(["ip t1"]);
  vi.advanceTimersByTime(1);
  expect(await namesOf(host, ahead)).toEqual(["ip t2"]);
});

test("nft is ended where nobody waits for it any more", async () => {
  const { host, signals } = await machine(4);
  const ahead = await listAhead(host);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  ahead.end();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("what hinders it is told to who takes it", async () => {
  const { host } = await machine(4, 4);
  const refused: Host = { ...host, run: async () => ({ code: 1, stdout: "", stderr: "Operation not permitted" }) };
  const ahead = await listAhead(refused);
  await expect(namesOf(refused, ahead)).rejects.toMatchObject({ code: "not-permitted" });
});
