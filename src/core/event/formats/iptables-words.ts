import { parseAddress, textOf } from "../../intent/addresses.ts";
import type { PacketEvent } from "../event.ts";
import { presentAny } from "../present.ts";

/** The words of a part of a line: each `KEY=value` by its key, the first of each, and those that stand alone. */
export interface Words {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  /** What stands behind `OPCODE=`: there keys come again. */
  readonly arp: ReadonlyMap<string, string> | undefined;
  /** `FRAG:` and `ID:` have a colon. */
  readonly fragment: number | undefined;
  readonly fragmentId: number | undefined;
  /** `OPT (..)`: in hex. */
  readonly options: string | undefined;
}

/** The words of text that the kernel wrote of a packet. */
export function wordsIn(text: string): Words {
  const opcode = text.search(/ OPCODE=\d/);
  return {
    values: valuesIn(text),
    flags: new Set(text.split(" ").filter((word) => /^[A-Z]{2,10}$/.test(word))),
    arp: opcode === -1 ? undefined : valuesIn(text.slice(opcode)),
    fragment: decimal(/(?:^| )FRAG:(\d{1,5})(?: |$)/.exec(text)?.[1], 0xffff),
    fragmentId: hexadecimal(/(?:^| )ID:([0-9a-f]{8})(?: |$)/.exec(text)?.[1], 0xffff_ffff),
    options: / OPT \(([0-9A-F]{2,80})\)/.exec(text)?.[1]?.toLowerCase(),
  };
}

function valuesIn(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const word of text.split(" ")) {
    const equals = word.indexOf("=");
    const key = word.slice(0, Math.max(equals, 0));
    if (key !== "" && !values.has(key)) values.set(key, word.slice(equals + 1));
  }
  return values;
}

/** A decimal number up to a limit; undefined for all else. */
export function decimal(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text) || Number(text) > max) return undefined;
  return Number(text);
}

/** A number in hex with 0x, as the kernel has it, or without, as ulogd has it. */
export function hexadecimal(text: string | undefined, max: number): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text ?? "")?.[1];
  const number = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
  return number <= max ? number : undefined;
}

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/** The header of Ethernet: `MAC=` with all its 14 bytes, or, by the rule's flag, in three words. */
export function macsIn({ values }: Words): PacketEvent["ether"] {
  const header = values.get("MAC") ?? "";
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){13}$/.test(header)) {
    const type = Number.parseInt(header.slice(36).replace(":", ""), 16);
    return { src: header.slice(18, 35), dst: header.slice(0, 17), type };
  }
  const type = hexadecimal(values.get("MACPROTO"), 0xffff);
  if (type === undefined) return undefined; // those of ARP have the same keys
  const [src, dst] = [macOf(values.get("MACSRC")), macOf(values.get("MACDST"))];
  return presentAny<NonNullable<PacketEvent["ether"]>>({ src, dst, type });
}

/** A MAC as events have it; undefined for all else. */
export function macOf(text: string | undefined): string | undefined {
  return text !== undefined && MAC.test(text) ? text : undefined;
}

/** An address as events have it; IPv6 is written in full by the kernel. */
export function addressOf(text: string | undefined): string | undefined {
  const version = text?.includes(":") ? 6 : 4;
  const span = text === undefined || /[/-]/.test(text) ? undefined : parseAddress(text, version);
  return span && textOf(span.first, version);
}
