import fc from "fast-check";
import { expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeIptables, parseIptables } from "../../../../src/core/event/formats/iptables.ts";
import { RUNS } from "../../../helpers/runs.ts";

const u8 = fc.nat(255);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const name = fc.string({ unit: fc.constantFrom(..."abc0.-_"), minLength: 1, maxLength: 15 });
const prefix = fc.string({ unit: fc.constantFrom(..."aZ: -[]=é"), maxLength: 20 });
const groups = fc.array(hex(4), { minLength: 8, maxLength: 8 }).map((all) => all.join(":"));
const bytes = fc.array(hex(2), { minLength: 14, maxLength: 14 }).map((all) => all.join(":"));
const maybe = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), text);
const hexByte = (mask: number) => u8.map((byte) => `0x${(byte & mask).toString(16).toUpperCase().padStart(2, "0")}`);

const links = fc.oneof(
  fc.tuple(name, maybe(name), maybe(bytes)).map(([inside, out, mac]) => `IN=${inside} OUT=${out} MAC=${mac} `),
  name.map((out) => `IN= OUT=${out} `),
);
const head4 = fc
  .tuple(
    fc.ipV4(),
    fc.ipV4(),
    u16,
    hexByte(0x1e),
    hexByte(0xe0),
    u8,
    u16,
    fc.subarray(["CE ", "DF ", "MF "]),
    fc.nat(0x1fff),
  )
  .map(([src, dst, len, tos, prec, ttl, id, flags, offset]) => {
    const fragment = offset % 2 === 1 ? `FRAG:${offset} ` : "";
    return `SRC=${src} DST=${dst} LEN=${len} TOS=${tos} PREC=${prec} TTL=${ttl} ID=${id} ${flags.join("")}${fragment}`;
  });
const head6 = fc
  .tuple(groups, groups, u16, u8, u8, fc.nat(0xf_ffff), maybe(hex(8)), fc.boolean(), fc.nat(0x1fff))
  .map(([src, dst, len, tc, hops, label, id, isMore, offset]) => {
    const fragment = id === "" ? "" : `FRAG:${offset * 8} ${isMore ? "INCOMPLETE " : ""}ID:${id} `;
    return `SRC=${src} DST=${dst} LEN=${len + 40} TC=${tc} HOPLIMIT=${hops} FLOWLBL=${label} ${fragment}`;
  });
const ports = fc.tuple(u16, u16).map(([from, to]) => `SPT=${from} DPT=${to} `);
const tcp = fc
  .tuple(ports, u16, fc.subarray(["AE ", "CWR ", "ECE ", "ACK ", "PSH ", "RST ", "SYN ", "FIN "]))
  .map(([both, window, flags]) => `PROTO=TCP ${both}WINDOW=${window} RES=0x00 ${flags.join("")}URGP=0 `);
const udp = fc.tuple(ports, u16).map(([both, length]) => `PROTO=UDP ${both}LEN=${length} `);
const number = fc.integer({ min: 140, max: 255 }).map((protocol) => `PROTO=${protocol} `);
const echo = (word: string) =>
  fc
    .tuple(u8, u8, u16, u16)
    .map(([type, code, id, seq]) => `PROTO=${word} TYPE=${type} CODE=${code} ID=${id} SEQ=${seq} `);
const spi = fc
  .tuple(fc.constantFrom("AH", "ESP"), u32)
  .map(([word, value]) => `PROTO=${word} SPI=0x${value.toString(16)} `);
const tail = fc.tuple(fc.option(fc.tuple(u32, u32)), u32).map(([owner, mark]) => {
  const names = owner === null ? "" : `UID=${owner[0]} GID=${owner[1]} `;
  return mark === 0 ? names : `${names}MARK=0x${mark.toString(16)} `;
});

const join = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(""));
const line = fc.oneof(
  join(prefix, links, head4, fc.oneof(tcp, udp, number, spi, echo("ICMP")), tail),
  join(prefix, links, head6, fc.oneof(tcp, udp, number, echo("ICMPv6")), tail),
);

test("a line as the kernel writes it comes back as it was", () => {
  fc.assert(
    fc.property(line, (line) => {
      const { event } = parseIptables(line) ?? {};
      expect(event && encodeIptables(event)).toBe(line);
    }),
    { numRuns: RUNS },
  );
});

test("of any piece of a line, and of any text, comes a right event or none, soon", () => {
  const pieces = fc
    .tuple(line, fc.nat(300), fc.nat(300))
    .map(([text, from, length]) => text.slice(from, from + length));
  const words = fc.array(
    fc.oneof(
      fc.constantFrom("IN=", "OUT=", "SRC=1.2.3.4", "DST=::", "LEN=9", "PROTO=TCP", "[SRC=", "]", "OPCODE=1"),
      fc.string(),
    ),
    {
      maxLength: 20,
    },
  );
  const shuffled = fc.tuple(line, fc.array(fc.nat(40))).map(([text, picks]) => {
    const all = text.split(" ");
    return picks.map((pick) => all[pick % all.length]).join(" ");
  });
  fc.assert(
    fc.property(
      fc.oneof(
        pieces,
        shuffled,
        words.map((all) => all.join(" ")),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        const { event } = parseIptables(text) ?? {};
        if (event === undefined) return;
        expect(JSON.stringify(PacketEvent.parse(event))).toBe(JSON.stringify(event));
        expect(typeof encodeIptables(event)).toBe("string");
      },
    ),
    { numRuns: RUNS * 3 },
  );
});

test.each(["IN=", "IN= OUT=", "OPT (", " [SRC=", " PROTO=", "FRAG:", "SRC=1.2.3.4 DST=1.2.3.4 LEN=1 "])(
  "many of %s are read soon",
  (word) => {
    parseIptables(word.repeat(100_000));
  },
  1_000,
);
