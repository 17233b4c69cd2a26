import { createHash } from "node:crypto";
import { HostError } from "../core/model/host.ts";
import type { Recorder } from "../core/model/recording.ts";
import { entriesOf } from "../core/record/entries.ts";
import { createRedactor } from "../core/record/redact.ts";
import { examine } from "./doctor.ts";
import { explainSites } from "./explain.ts";
import { faultOfHost } from "./host-faults.ts";
import { readStatus } from "./status.ts";

/** What was written of a machine. */
export interface Recorded {
  readonly files: readonly string[];
  readonly bytes: number;
  /** How many addresses have a stand-in; null where addresses were left as they are. */
  readonly redacted: number | null;
}

/** What is recorded is what these read. */
const READERS = [readStatus, explainSites, examine];

/** Reads the machine as status, explain and doctor do, and writes what they saw: they answer the same of what was written. */
export async function recordMachine(recorder: Recorder, isRedacted: boolean): Promise<Recorded> {
  for (const read of READERS) await read(recorder.host);
  const redactor = isRedacted ? createRedactor() : undefined;
  const entries = entriesOf(recorder.recording, {
    redact: (text) => redactor?.redact(text) ?? text,
    digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 32),
  });
  await written(recorder.write(entries));
  const files = entries.filter(({ bytes }) => bytes !== undefined);
  return {
    files: files.map(({ path }) => path.replace(/^\//, "")).sort(),
    bytes: files.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
    redacted: redactor?.count() ?? null,
  };
}

async function written(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "write the recording") : error;
  }
}
