import * as z from "zod";

/** What stands beside a capture of the ring: what can be known of it without reading it. */
export const CaptureIndex = z.strictObject({
  version: z.literal(1),
  /** The name of the capture. */
  file: z.string(),
  /** A link type by its name, or LINKTYPE_ by its number. */
  link: z.string(),
  /** What was captured: "NFLOG group 5", "interface eth0: not port 22". */
  from: z.string(),
  host: z.string(),
  netns: z.string().optional(),
  bytes: z.int().min(0),
  packets: z.int().min(0),
  /** When the first and the last packet came: RFC 3339 in UTC with nine digits. */
  first: z.string().optional(),
  last: z.string().optional(),
  /** How many packets were logged with each prefix; with too many of them some are counted in `others`. */
  prefixes: z.record(z.string(), z.int().min(1)),
  others: z.int().min(0).default(0),
  /** Interfaces that packets came in or went out by. */
  interfaces: z.array(z.string()),
  /** Packets that did not come, by their numbers; at least so many. */
  lost: z.int().min(0),
  /** Why the file ends: its time or size was reached, the capture ended, or it was cut off and mended later. */
  ended: z.enum(["time", "size", "end", "cut-off"]),
});
export type CaptureIndex = z.infer<typeof CaptureIndex>;
