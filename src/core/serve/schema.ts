import * as z from "zod";
import { mayMatchTopic } from "../event/topic.ts";
import { protocolsOf } from "../flow/wanted.ts";
import { Fault } from "../model/fault.ts";
import { AbsolutePath, Age, Size } from "./quantities.ts";

/** Directories that are the log service's alone: its user is not trusted with what root reads. */
export const SOCKET_DIRECTORY = "/run/netlogctl-serve";
export const STATE_DIRECTORY = "/var/lib/netlogctl-serve";

/** Where the log service listens, unless said. */
export const BUS_SOCKET = `${SOCKET_DIRECTORY}/bus.sock`;

/** Where it keeps events, unless said. */
const STORE_FILE = `${STATE_DIRECTORY}/events.db`;

/** A pattern that could match a topic: prefixes stand in lower case behind "nft:", changes of flows behind "ct:". */
const Pattern = z
  .string()
  .refine(
    (text) => mayMatchTopic(text),
    'must be like a topic: "nft:" and a prefix in lower case, such as nft:drop:*; of flows such as ct:destroy:*',
  );

/** Topics that are kept, and for how long. */
const KeptDocument = z.strictObject({
  match: z
    .union([Pattern, z.array(Pattern).min(1)])
    .transform((match) => (typeof match === "string" ? [match] : match))
    .describe("a pattern of topics (* and ?), such as nft:drop:* or ct:destroy:*, or several, which share the limits"),
  "max-size": Size.optional().describe("what all of them together may take on the disk"),
  "max-age": Age.optional().describe("what is older is deleted"),
});

const BusDocument = z.strictObject({
  socket: AbsolutePath.default(BUS_SOCKET).describe("a Unix socket"),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'must be a mode in octal, in quotes, such as "0660"')
    .default("0660")
    .describe("who may subscribe"),
  group: z.string().min(1).optional().describe("the group of the socket, by its name or number"),
  keep: Size.prefault("64MiB").describe("how much is held in memory for subscribers that are slow or come back"),
});

const StoreDocument = z.strictObject({
  file: AbsolutePath.default(STORE_FILE).describe("an SQLite database"),
  topics: z
    .array(KeptDocument)
    .min(1)
    .describe("which topics are kept; the first pattern that matches a topic is the one that counts"),
});

const Protocol = z.string().refine(isProtocol, "must be tcp, udp, icmp, other, or the name or number of a protocol");

function isProtocol(word: string): boolean {
  try {
    return protocolsOf([word]).length > 0;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** Which events of conntrack are told. */
const FlowsDocument = z.strictObject({
  events: z
    .array(z.enum(["new", "update", "destroy"]))
    .min(1)
    .default(["new", "destroy"])
    .describe("what of flows is told: that they begin, change, end"),
  proto: z
    .array(Protocol)
    .min(1)
    .default(["all"])
    .describe("of which protocols: tcp, udp, icmp, other, or any by its name"),
  census: Age.prefault("30s").describe("how often the kernel's table is gone through for ends that no event tells"),
});

/** What the log service reads, and where it takes it: the intent's `serve:`. */
export const ServeDocument = z.strictObject({
  groups: z
    .array(z.int().min(0).max(65_535))
    .min(1)
    .optional()
    .describe("the NFLOG groups that are read; without it those that the intent's rules log to"),
  "kernel-log": z.boolean().default(false).describe("whether packets that the kernel log tells of are told, too"),
  flows: FlowsDocument.optional().describe("events of flows, by connection tracking; {} is that they begin and end"),
  conntrack: z
    .boolean()
    .default(false)
    .describe("whether packets have the number of their flow, if the kernel can add it"),
  "payload-bytes": z
    .int()
    .min(0)
    .max(65_535)
    .default(512)
    .describe("how many bytes of each packet are told; all of it is decoded"),
  names: z.boolean().default(true).describe("whether addresses get the names that DNS answers, DHCP and files say"),
  "room-mib": z.int().min(1).max(1024).default(64).describe("how much may wait in the kernel to be read"),
  bus: BusDocument.prefault({}).describe("where subscribers are told"),
  store: StoreDocument.optional().describe("what is kept, for packets query and flows query"),
  metrics: z
    .string()
    .regex(
      /^(?:\/[^\0]*[^\0/]|(?:[0-9.]+|\[[0-9a-fA-F:.]+\]|localhost):[0-9]{1,5})$/,
      "must be a path, or an address and a port such as 127.0.0.1:9469",
    )
    .optional()
    .describe("where Prometheus finds figures: the path of a Unix socket, or ADDRESS:PORT"),
});
export type ServeDocument = z.infer<typeof ServeDocument>;
export type Kept = NonNullable<ServeDocument["store"]>["topics"][number];
