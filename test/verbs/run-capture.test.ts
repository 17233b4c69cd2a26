import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLocalHost } from "../../src/host/local-host.ts";
import { readCaptureSettings, runCapture } from "../../src/verbs/run-capture.ts";
import { ROOT } from "../helpers/cli.ts";

const directory = mkdtempSync(join(tmpdir(), "netlogctl-capture-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const RULES = `rules:
  - { name: a, hook: input, log: { prefix: "a ", group: 7 } }
  - { name: b, hook: input, log: { prefix: "b ", group: 5 } }
  - { name: c, hook: input, log: { prefix: "c " } }
`;

const NO_FLAGS = {
  ...{ groups: undefined, interface: undefined, filter: undefined, snaplen: undefined, linktype: undefined },
  ...{ directory: undefined, everySeconds: undefined, bytesMax: undefined, filesMax: undefined },
  ...{ totalBytesMax: undefined, ageSecondsMax: undefined, freeBytesMin: undefined },
};

const places = { given: [], own: `${ROOT}templates` };

async function sourceOf(capture: string, rules = RULES): Promise<unknown> {
  const path = join(directory, "netlog.yaml");
  writeFileSync(path, `version: 1\n${capture}${rules}`);
  return (await readCaptureSettings(openLocalHost(), NO_FLAGS, path, places)).source;
}

test("an intent that names nothing means the groups that its rules log to", async () => {
  expect(await sourceOf("capture: {}\n")).toMatchObject({ kind: "groups", groups: [5, 7] });
  expect(await sourceOf("capture: { groups: [9] }\n")).toMatchObject({ groups: [9] });
  expect(await sourceOf("capture: { interface: any }\n")).toMatchObject({ kind: "interface" });
});

test.each(["", "capture: {}\n"])("where nothing says what is captured that is a fault (%j)", async (capture) => {
  await expect(sourceOf(capture, "rules: []\n")).rejects.toMatchObject({
    code: "bad-input",
    message: "nothing says what is to be captured",
  });
});

test("the service manager hears that it lives only while what captures answers", async () => {
  const path = join(directory, "alive.yaml");
  writeFileSync(path, "version: 1\ncapture: { groups: [1] }\n");
  const flags = { ...NO_FLAGS, directory: join(directory, "ring") };
  const settings = await readCaptureSettings(openLocalHost(), flags, path, places);
  const told: string[] = [];
  let asked = 0;
  const end = { files: 0, packets: 0, bytes: 0, lost: 0, removed: 0, groups: [] };
  let resolve = (_: typeof end): void => {};
  const ended = new Promise<typeof end>((onEnd) => {
    resolve = onEnd;
  });
  const capture = {
    ...{ start: { portId: 1, roomBytes: 2 ** 30 }, ended, stop: () => {} },
    adjust: async () => {
      asked += 1;
      if (asked <= 2) return;
      setTimeout(() => resolve(end), 100);
      await new Promise(() => {});
    },
  };
  const notify = Object.assign((...lines: string[]) => void told.push(...lines), { watchdogMs: 10 });
  const parts = { open: async () => capture, openSniffer: () => Promise.reject(new Error("none")), notify };
  const wish = { settings, roomBytes: 1, countMax: undefined };
  await runCapture(openLocalHost(), parts, wish, { say: () => {}, signal: new AbortController().signal });
  expect({ asked, alive: told.filter((line) => line === "WATCHDOG=1").length }).toEqual({ asked: 3, alive: 2 });
});
