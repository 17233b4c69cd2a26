import * as z from "zod";
import { Age, OwnDirectory, Size } from "../serve/quantities.ts";

/** Where a ring of captures stands, unless said. */
export const RING_DIRECTORY = "/var/log/netpcap";

/** How packets stand in a capture: behind a header of Ethernet, from their IP header on, or with all that the kernel said of them. */
export const CAPTURE_LINKS = ["ethernet", "raw", "nflog"] as const;
export type CaptureLink = (typeof CAPTURE_LINKS)[number];

/** When a file of the ring is closed and the next one begun. */
const RotateDocument = z.strictObject({
  every: Age.prefault("1h").describe("how long a file is written to; it begins anew at midnight, too"),
  size: Size.prefault("100MiB").describe("how large it becomes"),
});

/** What the ring may take: whatever goes beyond is deleted, the oldest file first. */
const RingDocument = z.strictObject({
  directory: OwnDirectory.default(RING_DIRECTORY).describe("a directory that holds nothing else"),
  files: z.int().min(1).max(1_000_000).optional().describe("how many files there are"),
  size: Size.optional().describe("how much all of them take; 2GiB where neither files, size nor age is said"),
  age: Age.optional().describe("how old a file becomes"),
  free: Size.prefault("256MiB").describe(
    "how much of the disk stays free; where others fill it nothing is deleted for that",
  ),
});

/** What is captured, and where to: the intent's `capture:`. */
export const CaptureDocument = z
  .strictObject({
    groups: z.array(z.int().min(0).max(65_535)).min(1).optional().describe("NFLOG groups"),
    interface: z
      .string()
      .regex(/^[^\s/\0-][^\s/\0]{0,14}$/, "must be the name of an interface, or any")
      .optional()
      .describe("an interface instead, or any"),
    filter: z
      .string()
      .min(1)
      .max(4096)
      .regex(/^[^\0]*$/, "must be text: no program is handed a NUL")
      .optional()
      .describe("of an interface: a filter as tcpdump has it (pcap-filter(7))"),
    snaplen: z.int().min(0).max(262_144).default(0).describe("how much of each packet is kept; 0 is all"),
    linktype: z.enum(CAPTURE_LINKS).default("ethernet").describe("of groups: how packets stand in the file"),
    rotate: RotateDocument.prefault({}).describe("when a new file is begun"),
    ring: RingDocument.prefault({}).describe("which files stay; the oldest are deleted"),
  })
  .refine(({ groups, interface: device }) => groups === undefined || device === undefined, {
    error: "takes groups or an interface, not both",
  })
  .refine(({ filter, interface: device }) => filter === undefined || device !== undefined, {
    error: "a filter is of an interface: groups are chosen by rules",
    path: ["filter"],
  });
export type CaptureDocument = z.infer<typeof CaptureDocument>;
