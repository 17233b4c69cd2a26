import { expect } from "vitest";
import type { CaptureIndex } from "../../src/core/capture/capture-index.ts";
import { type Lab, MAIN, type Running } from "./lab.ts";

/** A `netlogctl capture run` in a lab that captures. */
export interface CaptureRun {
  readonly running: Running;
  signal(name: string): Promise<void>;
  /** What it said once it captured, when it has ended well. */
  ended(): Promise<readonly string[]>;
}

/** nsenter stops with its child: there is one in between that does not. */
const HELD = 'sh -c "$0" sh "$@"; exit "$?"';

/** Starts one; half a minute is its end, come what may. */
export async function openCapture(lab: Lab, ...args: string[]): Promise<CaptureRun> {
  const script = 'echo "pid $$" >&2; exec "$@"';
  const words = ["capture", "run", "--timeout", "30s", "--free", "1KiB", ...args];
  const running = lab.start("sh", ["-c", HELD, script, process.execPath, MAIN, ...words]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  await running.line("netlogctl: captures ");
  return {
    running,
    signal: async (name) => {
      expect(await lab.run("kill", [`-${name}`, pid])).toMatchObject({ code: 0 });
    },
    ended: async () => {
      expect(await running.ended).toBe(0);
      return running.rest();
    },
  };
}

/** What tshark says of each packet in a file. */
export async function tshark(lab: Lab, file: string, ...fields: string[]): Promise<string[][]> {
  const words = fields.flatMap((field) => ["-e", field]);
  const { code, stdout, stderr } = await lab.run("tshark", [
    "-n",
    "-r",
    file,
    "-T",
    "fields",
    "-E",
    "occurrence=f",
    ...words,
  ]);
  expect({ code, stderr: stderr.replace(/^Running as user.*\n/, "") }).toEqual({ code: 0, stderr: "" });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t"));
}

/** The names in a ring, but for its lock. */
export async function filesIn(lab: Lab, ring: string): Promise<string[]> {
  const { stdout } = await lab.run("ls", ["-A", ring]);
  return stdout.split("\n").filter((name) => name !== "" && name !== ".lock");
}

/** The indexes in a ring. */
export async function indexesIn(lab: Lab, ring: string): Promise<CaptureIndex[]> {
  const names = (await filesIn(lab, ring)).filter((name) => name.endsWith(".index.json"));
  return await Promise.all(
    names.map(async (name) => JSON.parse((await lab.text(`${ring}/${name}`)) ?? "") as CaptureIndex),
  );
}
