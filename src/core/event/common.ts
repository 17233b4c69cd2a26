import * as z from "zod";
import { text } from "./layers.ts";

/** Nanoseconds in UTC as RFC 3339 writes them: nine digits behind the point, and Z. */
export const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  .describe("RFC 3339 in UTC, with nine digits behind the point");

/** What all kinds of events have. */
export const common = {
  schema: z.literal(1).describe("the version of this schema"),
  ts: Time,
  host: z.exactOptional(text).describe("the name of the host"),
  netns: z.exactOptional(text).describe("the network namespace, if it was named"),
  cursor: z
    .exactOptional(z.int().min(1))
    .describe("its place in what a log service tells (netlogctl serve); later is larger"),
};
