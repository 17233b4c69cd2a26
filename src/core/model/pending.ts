import * as z from "zod";
import { Plan } from "./plan.ts";

/** A change that is taken back unless it is confirmed. */
export const Pending = z.strictObject({
  netlogctl: z.literal("pending 1"),
  /** Tells it from any other. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** What was asked for. */
  title: z.string(),
  /** When it is taken back, as ISO 8601 in UTC, for people: the waiting itself does not follow the clock. */
  deadline: z.string(),
  /** The same on the clock that nobody sets (CLOCK_MONOTONIC), in milliseconds. */
  deadlineMonotonicMs: z.number().optional(),
  withinSeconds: z.number(),
  /** What was applied. */
  plan: Plan,
  /** What is done once it is confirmed: files for later boots. */
  onConfirm: Plan.shape.steps,
});
export type Pending = z.infer<typeof Pending>;

/** What became of a change that nobody confirmed. */
export const RolledBack = z.strictObject({
  netlogctl: z.literal("rolled back 1"),
  title: z.string(),
  /** When, as ISO 8601 in UTC. */
  time: z.string(),
  why: z.string(),
  /** What somebody else had changed by then and was left. */
  left: z.array(z.string()),
});
export type RolledBack = z.infer<typeof RolledBack>;
