import * as z from "zod";

/** Where the ring says what it deleted, a line each. */
export const REMOVED_FILE = "removed.ndjson";

/** So many lines are kept at least. */
export const REMOVED_MAX = 1000;

/** A capture that the ring deleted, and what was known of it. */
export const Removed = z.strictObject({
  file: z.string(),
  packets: z.int().min(0).optional(),
  first: z.string().optional(),
  last: z.string().optional(),
  why: z.enum(["files", "size", "age", "free"]),
  /** When, in UTC. */
  ts: z.string(),
});
export type Removed = z.infer<typeof Removed>;
