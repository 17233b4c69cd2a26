import { resolve } from "node:path";
import { Flags } from "@oclif/core";
import type { Span } from "../core/capture/find.ts";
import { RING_DIRECTORY } from "../core/capture/schema.ts";
import { Fault } from "../core/model/fault.ts";
import { parseAge, parseSize } from "../core/serve/units.ts";
import type { RingPlace } from "../verbs/find-ring.ts";
import { parseDay } from "./day-word.ts";
import { parseMoment } from "./query-time.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "./rules-flags.ts";

/** Where the ring is that is looked at. */
export const RING_FLAGS = {
  ring: Flags.string({
    summary: `The directory of the captures; that of the intent, or ${RING_DIRECTORY}, unless said.`,
    helpValue: "DIR",
  }),
  file: Flags.string({ char: "f", summary: `The intent that names it, unless ${INTENT}.`, helpValue: "FILE" }),
  templates: RULES_FLAGS.templates,
};

/** Which captures are looked at. */
export const CAPTURES_FLAGS = {
  ...RING_FLAGS,
  since: Flags.string({
    summary: 'Only from this time on: 1h or 2d (ago), 10:32, "2026-11-29 10:32", yesterday, RFC 3339.',
    helpValue: "TIME",
  }),
  until: Flags.string({ summary: "Only up to this time.", helpValue: "TIME" }),
};

interface RingFlags {
  readonly ring: string | undefined;
  readonly file: string | undefined;
  readonly templates: string[] | undefined;
}

/** What those flags say of where it is. @param root where netlogctl's own templates stand */
export function ringPlace({ ring, file, templates }: RingFlags, root: string): RingPlace {
  const intent = { file: file ?? INTENT, isNamed: file !== undefined };
  return { directory: ring && resolve(ring), intent, templates: templatePlaces(templates, root) };
}

export const AT_FLAG = Flags.string({
  summary: "Only what was captured at this time.",
  helpValue: "TIME",
  exclusive: ["since", "until"],
});

/** The span that was asked for; a moment without seconds is all of its minute. @throws Fault */
export function spanOf(
  { since, until, at }: { since: string | undefined; until: string | undefined; at?: string | undefined },
  now: Date,
): Span {
  if (at !== undefined) return spanAt(at, now);
  const span = {
    since: since === undefined ? undefined : parseMoment("since", since, now),
    until: until === undefined ? undefined : parseMoment("until", until, now),
  };
  if (span.since === undefined || span.until === undefined || span.since <= span.until) return span;
  throw new Fault(
    "usage",
    `--since ${since} is later than --until ${until}`,
    "give the earlier one to --since: 1h is an hour ago",
  );
}

function spanAt(at: string, now: Date): Span {
  const moment = parseMoment("at", at, now);
  if (!/(?:^|[ T])\d\d:\d\d$/.test(at.trim())) return { since: moment, until: moment };
  return { since: moment, until: nanoText(Date.parse(moment) + 59_999, "999999") };
}

/** A local day as a person names it, from its first moment to its last. @throws Fault */
export function dayOf(text: string, now: Date): Span {
  const [year = 0, month = 0, date = 0] = parseDay(text, now).split("-").map(Number);
  const end = new Date(year, month - 1, date + 1).getTime() - 1;
  return { since: nanoText(new Date(year, month - 1, date).getTime(), "000000"), until: nanoText(end, "999999") };
}

function nanoText(milliseconds: number, rest: string): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}${rest}Z`;
}

/** `1h` of a flag, in seconds. @throws Fault */
export function ageOf(flag: string, text: string | undefined): number | undefined {
  return parsed(flag, text, parseAge, {
    what: "age such as 1h",
    remedy: "give a number and s, m, h, d or w: 1h, 30m, 2d",
  });
}

/** `100MiB` of a flag, in bytes. @throws Fault */
export function sizeOf(flag: string, text: string | undefined): number | undefined {
  return parsed(flag, text, parseSize, {
    what: "size such as 64MiB",
    remedy: "give a number and KiB, MiB, GiB or TiB: 64MiB, 2GiB",
  });
}

function parsed(
  flag: string,
  text: string | undefined,
  parse: (text: string) => number | undefined,
  { what, remedy }: { readonly what: string; readonly remedy: string },
): number | undefined {
  if (text === undefined) return undefined;
  const value = parse(text.trim());
  if (value !== undefined) return value;
  throw new Fault("usage", `--${flag}: "${text.slice(0, 40)}" is no ${what}`, remedy);
}
