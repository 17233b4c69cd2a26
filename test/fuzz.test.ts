import { describe, expect, test } from "vitest";
import { GIANTS } from "../scripts/fuzz/giants.js";
import { minimized } from "../scripts/fuzz/minimize.js";
import { mutate } from "../scripts/fuzz/mutate.js";
import { createRandom } from "../scripts/fuzz/random.js";
import { supervise } from "../scripts/fuzz/supervise.js";
import { targetNames } from "../scripts/fuzz/targets.js";
import { trouble } from "../scripts/fuzz/trouble.js";
import { Fault } from "../src/core/model/fault.ts";

/** What is built is fuzzed: `npm run build` comes first. A slow machine is no finding. */
const HANG_MS = 120_000;
const RUNS = Number(process.env["NETLOGCTL_FUZZ_RUNS"] ?? 200);

describe.concurrent("every input that is kept is read again, and some that are made of them", () => {
  test.each(targetNames())("%s", { timeout: 600_000 }, async (name) => {
    const { findings, runs } = await supervise({ name, seed: 1, runs: RUNS, hangMs: HANG_MS });
    expect(findings.map(({ error, bytes }) => `${error}\n${bytes.toString("base64")}`)).toEqual([]);
    expect(runs).toBeGreaterThanOrEqual(RUNS);
  });
});

describe.concurrent("what is too large, too deep or too much of the same is read, or refused in words", () => {
  const seeds = Object.values(GIANTS).map((text) => Buffer.from(text));
  test.each(targetNames())("%s", { timeout: 600_000 }, async (name) => {
    const { findings, runs } = await supervise({ name, seeds, seed: 1, runs: 1, hangMs: HANG_MS });
    expect(findings.map(({ error }) => error)).toEqual([]);
    expect(runs).toBe(seeds.length);
  });
});

describe("the fuzzer", () => {
  const url = new URL("helpers/planted-target.js", import.meta.url).href;
  const planted = (more: {
    runs: number;
    seeds?: readonly Buffer[];
    hangMs?: number;
    memoryMb?: number;
    findingsMax?: number;
  }) => supervise({ name: "planted", url, seed: 1, hangMs: HANG_MS, ...more });

  test("finds a fault that is three decisions deep, and makes what leads to it as small as can be", async () => {
    const { findings } = await planted({ runs: 100_000, findingsMax: 1 });
    expect(findings.map(({ bytes, error }) => [bytes.toString("latin1"), error.split("\n")[0]])).toEqual([
      ["alphabetagamma", "TypeError: planted"],
    ]);
  });

  test("tells what does not end, and what fills the memory", async () => {
    const endless = await planted({ runs: 1, seeds: [Buffer.from("loop")], hangMs: 1000 });
    expect(endless.findings[0]).toMatchObject({ bytes: Buffer.from("loop"), error: "it took longer than 1000 ms" });
    const greedy = await planted({ runs: 1, seeds: [Buffer.from("grow")], memoryMb: 64 });
    expect(greedy.findings[0]?.bytes).toEqual(Buffer.from("grow"));
    expect(greedy.findings[0]?.error).toContain("memory");
  });

  test("changes inputs in the same way for the same seed, and within their bound", () => {
    const chain = (seed: number): string[] => {
      const random = createRandom(seed);
      const tokens = [Buffer.from("token")];
      let bytes: Buffer = Buffer.from("one two\nthree 4");
      return Array.from({ length: 500 }, () => {
        bytes = mutate(bytes, { random, tokens, other: Buffer.from("another"), bytesMax: 100 });
        expect(bytes.length).toBeLessThanOrEqual(100);
        return bytes.toString("hex");
      });
    };
    expect(chain(7)).toEqual(chain(7));
    expect(chain(7)).not.toEqual(chain(8));
  });

  test("takes a fault for an answer, if it says something", async () => {
    const told = (error: unknown) =>
      trouble(
        {
          run: () => {
            throw error;
          },
        },
        Buffer.alloc(0),
      );
    expect(await told(new Fault("bad-input", "it is wrong", "write it otherwise"))).toBeUndefined();
    expect(await told(new Fault("bad-input", "x".repeat(5000), ""))).toMatchObject({
      text: expect.stringContaining("too much"),
    });
    expect(await told(new RangeError("Maximum call stack size exceeded"))).toMatchObject({
      signature: expect.stringContaining("RangeError"),
    });
    expect(await told("text")).toMatchObject({ text: expect.stringContaining("no error") });
  });

  test("leaves of an input what the finding needs", async () => {
    const needed = (bytes: Buffer): Promise<boolean> => Promise.resolve(/a.*b/.test(bytes.toString()));
    expect((await minimized(Buffer.from("xxxaxxxxxxxbxxxxx"), needed)).toString()).toBe("ab");
  });
});
