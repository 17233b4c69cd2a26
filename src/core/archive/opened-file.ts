import * as z from "zod";
import type { OpenedMachine } from "./opened-day.ts";
import { MachineName } from "./schema.ts";

/** What is remembered of a machine that was opened, in its directory. */
export const OPENED_FILE = ".opened.json";

/** A file of the directory: nothing leads out of it. */
const Path = z.string().regex(/^(?:netpcap(?:\.\d{1,4})?\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/);
const Count = z.int().min(0);
const Index = z.strictObject({
  packets: Count,
  lost: Count,
  first: z.string().optional(),
  last: z.string().optional(),
  prefixes: z.record(z.string(), Count),
});

const Opened = z.strictObject({
  fingerprint: z.string(),
  opened: z.strictObject({
    machine: MachineName,
    captures: z.array(z.strictObject({ path: Path, index: Index.optional() })),
    logs: z.array(z.strictObject({ path: Path, kind: z.enum(["kernel-log", "events"]) })),
    notes: z.array(z.string()),
    isUnread: z.literal(true).optional(),
  }),
});

/** What was opened, with paths within its directory; undefined if the text says something else, or that it was opened of something else. */
export function parseOpened(text: string, machine: string, fingerprint: string): OpenedMachine | undefined {
  const { success, data } = Opened.safeParse(jsonIn(text));
  const isSame = success && data.fingerprint === fingerprint && data.opened.machine === machine;
  return isSame ? (data.opened as OpenedMachine) : undefined;
}

/** What is remembered of it. */
export function encodeOpened(opened: OpenedMachine, fingerprint: string): string {
  return JSON.stringify({ fingerprint, opened });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
