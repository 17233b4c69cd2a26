/** How much text a time takes: `2026-11-21T11:37:36.418900123Z`. */
const TIME_LENGTH = 30;

/** Where the value of `ts` begins, by the first letter of the kind: packet, undecoded, loss, flow. */
const TIME_AT: Readonly<Record<string, number>> = { p: 34, u: 37, l: 32, f: 32 };
const KIND_AT = 20;

/** The time of the event whose line begins there. */
export function timeAt(lines: string, start: number): string {
  const at = start + (TIME_AT[lines[start + KIND_AT] ?? ""] ?? 0);
  return lines.slice(at, at + TIME_LENGTH);
}

/** The cursor at the end of the line that ends before there. */
export function cursorBefore(lines: string, end: number): number {
  return Number(lines.slice(lines.lastIndexOf(":", end) + 1, end - 1));
}

/**
 * Finds what lines of events say without parsing them: a quote within a text is escaped, so that what looks like a key is
 * one, and keys stand in the order of the schema. Lines are asked for in their order.
 */
export class LineScanner {
  readonly #lines: string;
  readonly #src: Finder;
  readonly #dst: Finder;
  readonly #arp: Finder;
  readonly #inner: Finder;
  readonly #reply: Finder;
  readonly #prefix: Finder;

  constructor(lines: string) {
    this.#lines = lines;
    this.#src = new Finder(lines, SRC);
    this.#dst = new Finder(lines, DST_ALONE);
    this.#arp = new Finder(lines, ARP);
    this.#inner = new Finder(lines, INNER);
    this.#reply = new Finder(lines, REPLY);
    this.#prefix = new Finder(lines, PREFIX);
  }

  /** Hands on the texts of src and dst, of a flow's answers too, of sender and target of ARP, and of the packet that an error of ICMP is about: those that stand there without an escape. */
  addresses(start: number, end: number, take: (text: string) => void): void {
    const src = this.#src.within(start, end);
    if (src < 0) {
      this.#oddAddresses(start, end, take);
      return;
    }
    const isPlain = this.#takePair(src + SRC.length, take) && this.#takeMore(start, end, take);
    if (!isPlain) parsedAddresses(this.#lines.slice(start, end), take);
  }

  /** What stands behind src and dst: of a flow its answers; false if there is more than texts without an escape. */
  #takeMore(start: number, end: number, take: (text: string) => void): boolean {
    if (this.#lines[start + KIND_AT] !== "f") {
      return this.#arp.within(start, end) < 0 && this.#inner.within(start, end) < 0;
    }
    const reply = this.#reply.within(start, end);
    return reply < 0 || this.#takePair(reply + REPLY.length, take);
  }

  /** The text there, and that of the dst behind it; false if there is an escape in it. */
  #takePair(from: number, take: (text: string) => void): boolean {
    const to = this.#lines.indexOf('"', from);
    if (this.#lines[to - 1] === "\\") return false;
    take(this.#lines.slice(from, to));
    if (!this.#lines.startsWith(DST, to)) return true;
    const second = to + DST.length;
    take(this.#lines.slice(second, this.#lines.indexOf('"', second)));
    return true;
  }

  /** The prefix of the rule as it stands between its quotes; undefined of a flow and of a loss. */
  rawPrefix(start: number, end: number): string | undefined {
    const at = this.#prefix.within(start, end);
    if (at < 0) return undefined;
    return this.#lines.slice(at + PREFIX.length, this.#lines.indexOf(TOPIC, at));
  }

  #oddAddresses(start: number, end: number, take: (text: string) => void): void {
    if (this.#dst.within(start, end) >= 0 || this.#arp.within(start, end) >= 0) {
      parsedAddresses(this.#lines.slice(start, end), take);
    }
  }
}

/** Where a key comes next: a search that went beyond a line is not made again for the next. */
class Finder {
  readonly #lines: string;
  readonly #key: string;
  #at = -1;
  #isOver = false;

  constructor(lines: string, key: string) {
    this.#lines = lines;
    this.#key = key;
  }

  /** Negative where it does not come before the end. */
  within(start: number, end: number): number {
    if (this.#at < start && !this.#isOver) {
      this.#at = this.#lines.indexOf(this.#key, start);
      this.#isOver = this.#at < 0;
    }
    return this.#at >= start && this.#at < end ? this.#at : -1;
  }
}

/** That of ether is the first key of its object, or follows none that is an address. */
const SRC = ',"src":"';
const DST = '","dst":"';
const DST_ALONE = ',"dst":"';
/** The end of a key that no other ends like: V8 finds less than seven letters, the first of them rare, five times as fast. */
const ARP = 'arp":{';
/** Of icmp. */
const INNER = 'ner":{';
/** Of flows; its first keys are its addresses. */
const REPLY = ',"reply":{"src":"';
const PREFIX = ',"prefix":"';
const TOPIC = '","topic":"';

interface Addressed {
  readonly src?: string;
  readonly dst?: string;
  readonly arp?: { readonly sender?: string; readonly target?: string };
  readonly icmp?: { readonly inner?: { readonly src?: string; readonly dst?: string } };
  readonly reply?: { readonly src?: string; readonly dst?: string };
}

function parsedAddresses(line: string, take: (text: string) => void): void {
  const { src, dst, arp, icmp, reply } = JSON.parse(line) as Addressed;
  const inner = icmp?.inner;
  const all = [src, dst, arp?.sender, arp?.target, inner?.src, inner?.dst, reply?.src, reply?.dst];
  for (const text of all) if (text !== undefined) take(text);
}
