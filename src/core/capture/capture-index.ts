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

/** The same check by hand: thousands of them are listed at once. Undefined for what is no index. */
export function indexIn(value: unknown): CaptureIndex | undefined {
  const index = value as CaptureIndex | null;
  if (typeof index !== "object" || index === null || index.version !== 1) return undefined;
  const { file, bytes, packets, lost, others = 0, prefixes, interfaces, first = "", last = "" } = index;
  const areCounts = [bytes, packets, lost, others].every(isCount);
  const areTexts = [file, first, last, index.link, index.from, index.host, index.netns ?? "", index.ended].every(
    isText,
  );
  if (!areCounts || !areTexts || !isRecord(prefixes) || !Array.isArray(interfaces)) return undefined;
  for (const prefix in prefixes) if (!isCount(prefixes[prefix])) return undefined;
  return interfaces.every(isText) ? { ...index, others } : undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
