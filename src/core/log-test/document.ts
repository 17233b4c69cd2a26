import * as z from "zod";
import { parseAddress } from "../intent/addresses.ts";
import { Device } from "../intent/name-schema.ts";
import { GROUP_MAX } from "../model/default-log.ts";
import { bytesOf, LOG_LEVELS, PREFIX_BYTES_MAX } from "../model/log-statement.ts";
import { ICMP_TYPES, ICMPV6_TYPES, SCTP_CHUNKS, TCP_FLAGS } from "../packet/encode.ts";

const isAddress = (text: string): boolean => [4, 6].some((version) => isOne(text, version as 4 | 6));
function isOne(text: string, version: 4 | 6): boolean {
  return !/[-/]/.test(text) && parseAddress(text, version) !== undefined;
}
const isPrefix = (text: string): boolean =>
  !text.includes("-") && [4, 6].some((version) => parseAddress(text, version as 4 | 6) !== undefined);

const Address = z.string().refine(isAddress, "expected an IPv4 or IPv6 address");
const WithLength = z.string().refine(isPrefix, "expected an address with its prefix length, such as 192.0.2.1/24");
const Route = z.string().refine((text) => text === "default" || isPrefix(text), "expected a prefix, or default");

const InterfaceDocument = z.union(
  [
    z.array(WithLength),
    z.strictObject({ addresses: z.array(WithLength).default([]), routes: z.array(Route).optional() }),
  ],
  { error: "expected a list of addresses such as [192.0.2.1/24], or { addresses: [...], routes: [...] }" },
);

const Port = z.int().min(0).max(65_535);
const Hex = z
  .string()
  .regex(/^([0-9a-fA-F]{2}\s*)+$/, "expected bytes in hexadecimal, such as 4500 001c")
  .transform((text) => text.replace(/\s+/g, ""));
/** With the heads before it a packet stays below 64 KiB. */
const DATA_BYTES_MAX = 65_000;
const DATA = {
  data: z
    .string()
    .refine((text) => bytesOf(text) <= DATA_BYTES_MAX, `must not be longer than ${DATA_BYTES_MAX} bytes`)
    .optional()
    .describe("what it carries, as text"),
  size: z.int().min(0).max(DATA_BYTES_MAX).optional().describe("how many bytes it carries, where data does not say"),
};
const PORTS = {
  sport: Port.optional().describe("each repetition has the next one, unless it is given"),
  dport: Port,
};

const Flags = z
  .union([z.string().regex(/^[a-z]+(,[a-z]+)*$/), z.array(z.string())], {
    error: 'expected flags such as syn, [syn, ack] or "syn,ack"; none for none',
  })
  .transform((given) => (given === "none" ? [] : typeof given === "string" ? given.split(",") : given))
  .pipe(z.array(z.enum(TCP_FLAGS, `known flags are ${TCP_FLAGS.join(", ")}`)));

function wordOrNumber<T extends Readonly<Record<string, number>>>(words: T, max: number): z.ZodType<number> {
  const names = Object.keys(words);
  return z
    .union([z.int().min(0).max(max), z.enum(names)], {
      error: `expected a number up to ${max}, or ${names.join(", ")}`,
    })
    .transform((given) => (typeof given === "number" ? given : (words[given] ?? 0)));
}

function icmp(words: Readonly<Record<string, number>>) {
  const type = wordOrNumber(words, 255);
  const whole = z.strictObject({
    type,
    code: z.int().min(0).max(255).default(0),
    id: Port.default(1),
    seq: Port.default(1),
    ...DATA,
  });
  return z.union([type.transform((given) => ({ type: given, code: 0, id: 1, seq: 1 })), whole], {
    error: `expected a type (${Object.keys(words).join(", ")}), or { type: ..., code: ... }`,
  });
}

const Duration = z.string().regex(/^[0-9]{1,6}(ms|s)$/, "expected a time such as 500ms or 2s");

/** What a packet is: one of these. */
const KINDS = {
  tcp: z.strictObject({
    ...PORTS,
    flags: Flags.optional(),
    seq: z.int().min(0).max(0xffffffff).default(1000),
    ack: z.int().min(0).max(0xffffffff).default(0),
    ...DATA,
  }),
  udp: z.strictObject({ ...PORTS, ...DATA }),
  icmp: icmp(ICMP_TYPES),
  icmpv6: icmp(ICMPV6_TYPES),
  sctp: z.strictObject({
    ...PORTS,
    chunk: wordOrNumber(SCTP_CHUNKS, 255).optional(),
    tag: z.int().min(0).max(0xffffffff).default(0),
    ...DATA,
  }),
  protocol: z.int().min(0).max(255).describe("the number of another protocol above IP"),
  hex: Hex.describe("the whole packet from its IP header on"),
  frame: Hex.describe("the whole frame from its Ethernet header on"),
  pcap: z.string().min(1).describe("the packets of a capture, beside this file"),
};
const KIND_WORDS = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** What does not go together of these keys. */
function wrongInPacket(given: readonly string[]): string[] {
  const has = (...keys: readonly string[]): string[] => keys.filter((key) => given.includes(key));
  const kinds = has(...KIND_WORDS);
  const beside = has("from", "to", "ttl", "data", "size");
  const checks: readonly (readonly [boolean, string])[] = [
    [
      has("in", "out").length !== 1,
      "a packet has either in: INTERFACE, at which it arrives, or out: INTERFACE, by which this host sends it",
    ],
    [kinds.length !== 1, `a packet has one of ${KIND_WORDS.join(", ")}, this has ${kinds.join(" and ") || "none"}`],
    [
      has("conversation").length > 0 && has("tcp", "udp", "icmp", "icmpv6").length === 0,
      "only tcp, udp, icmp and icmpv6 make a conversation",
    ],
    [has("frame", "out").length === 2, "a frame arrives: it has in: INTERFACE"],
    [
      has("hex", "frame", "pcap").length > 0 && beside.length > 0,
      `${beside.join(" and ")} cannot be beside bytes that say it themselves`,
    ],
  ];
  return checks.flatMap(([isWrong, message]) => (isWrong ? [message] : []));
}

const PacketDocument = z
  .strictObject({
    in: Device.optional().describe("the interface at which it arrives"),
    out: Device.optional().describe("the interface by which this host sends it"),
    from: Address.optional().describe("unless said, the neighbour or, with out:, this host"),
    to: Address.optional().describe("unless said, this host or, with out:, its neighbour"),
    ttl: z.int().min(1).max(255).optional().describe("time to live, or hop limit"),
    ...(Object.fromEntries(Object.entries(KINDS).map(([key, schema]) => [key, schema.optional()])) as {
      [K in keyof typeof KINDS]: z.ZodOptional<(typeof KINDS)[K]>;
    }),
    ...DATA,
    times: z.int().min(1).max(10_000).default(1).describe("how often it comes"),
    rate: z
      .string()
      .regex(/^[1-9][0-9]{0,5}\/(second|minute)$/, "expected a rate such as 10/second")
      .optional()
      .describe("how fast its repetitions come; at once unless said"),
    after: Duration.optional().describe("what to wait for before it"),
    conversation: z.enum(["open", "whole"]).optional().describe("with its answers: opened, or opened, used and closed"),
  })
  .superRefine((packet, context) => {
    const given = Object.keys(packet).filter((key) => packet[key as keyof typeof packet] !== undefined);
    for (const message of wrongInPacket(given)) context.addIssue({ code: "custom", message });
    if (packet.in === "lo") context.addIssue({ code: "custom", message: "nothing arrives at lo: say out: lo" });
  });
export type PacketDocument = z.infer<typeof PacketDocument>;

const Count = z
  .union([z.int().min(0), z.string().regex(/^[0-9]{1,6}\.\.([0-9]{1,6})?$/)], {
    error: "expected a number, or a range such as 2..5 or 1..",
  })
  .transform((given) => {
    if (typeof given === "number") return { min: given, max: given };
    const [min = "", max = ""] = given.split("..");
    return { min: Number(min), max: max === "" ? Number.POSITIVE_INFINITY : Number(max) };
  })
  .refine(({ min, max }) => min <= max, "the range has its end before its beginning");

const LINE = {
  prefix: z
    .string()
    .refine((text) => bytesOf(text) <= PREFIX_BYTES_MAX, `must not be longer than ${PREFIX_BYTES_MAX} bytes`)
    .optional()
    .describe("whole; with a * at its end what it begins with"),
  to: z
    .string()
    .regex(/^(kernel|audit|group (0|[1-9][0-9]{0,4}))$/, 'expected "kernel", "audit" or "group N"')
    .refine((text) => Number(text.split(" ")[1] ?? 0) <= GROUP_MAX, `the group must be ${GROUP_MAX} at most`)
    .optional(),
  level: z.enum(LOG_LEVELS).optional().describe("of a line for the kernel log"),
  in: Device.optional(),
  out: Device.optional(),
};
const ExpectedLine = z.strictObject({
  ...LINE,
  count: Count.optional().describe("how many; at least one unless said"),
  snaplen: z.int().min(0).max(65_531).optional().describe("how many bytes of the packet are copied"),
});
export type ExpectedLine = z.infer<typeof ExpectedLine>;
const RefusedLine = z.strictObject(LINE);
export type RefusedLine = z.infer<typeof RefusedLine>;

/** One log test. */
export const TestDocument = z.strictObject({
  name: z.string().min(1).max(200),
  packets: z.array(PacketDocument).min(1),
  logged: z.array(ExpectedLine).optional().describe("lines that are to come; none at all if the list is empty"),
  "not-logged": z.array(RefusedLine).optional().describe("lines that must not come"),
  only: z.boolean().default(false).describe("nothing else is logged"),
  ordered: z.boolean().default(false).describe("the lines come in the order of logged"),
  answers: z.boolean().default(false).describe("this host's own stack may answer packets"),
});
export type TestDocument = z.infer<typeof TestDocument>;

/** A file of log tests but for the tests, which are checked one by one. */
export const TestFileHead = z.strictObject({
  version: z.literal(1),
  intent: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .optional()
    .describe("the intent that is tested: its path from this file on, or itself"),
  ruleset: z
    .string()
    .min(1)
    .optional()
    .describe("what is there already: the path of nft text or JSON from this file on, or nft text of several lines"),
  interfaces: z
    .record(Device, InterfaceDocument)
    .refine((interfaces) => Object.keys(interfaces).length > 0, "name an interface, such as eth0: [192.0.2.1/24]")
    .refine((interfaces) => Object.keys(interfaces).length <= 100, "100 interfaces at most")
    .describe(
      "the interfaces of the namespace by name, each with its addresses; what lies behind none is behind the first",
    ),
  tests: z.array(z.unknown()).min(1),
});
export type TestFileHead = z.infer<typeof TestFileHead>;

/** The whole document, for editors: what `netlogctl rules schema --tests` prints. */
export const TestFileDocument = TestFileHead.extend({ tests: z.array(TestDocument).min(1) });
