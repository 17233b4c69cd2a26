import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLocalHost } from "../../src/host/local-host.ts";
import { readCaptureSettings } from "../../src/verbs/run-capture.ts";
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
