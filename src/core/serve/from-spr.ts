import * as z from "zod";
import { Fault } from "../model/fault.ts";

const SprConfig = z.looseObject({
  SaveEvents: z.array(z.string()).default([]),
  MaxSize: z.int().min(1).default(262_144_000),
  TopicLimits: z.array(z.looseObject({ Name: z.string(), Size: z.int().min(1) })).nullish(),
});

/** A section of the intent that keeps what a configuration of SPR's database keeps. */
export interface FromSpr {
  readonly section: { readonly serve: { readonly store: { readonly topics: readonly KeptText[] } } };
  /** What of it has no counterpart. */
  readonly notes: readonly string[];
}

interface KeptText {
  readonly match: string | readonly string[];
  readonly "max-size": string;
}

/** How the topics begin that a log service tells. */
const OURS = "nft:";

/**
 * Reads configs/db/config.json of SPR: topics that begin as SaveEvents say share MaxSize, but for those that TopicLimits
 * name, which SPR itself does not heed.
 * @throws Fault
 */
export function storeOfSpr(text: string, source: string): FromSpr {
  const config = SprConfig.safeParse(parsed(text, source));
  if (!config.success) {
    const [issue] = config.error.issues;
    throw new Fault(
      "bad-input",
      `${[source, issue?.path.join(".")].filter((part) => part !== "").join(": ")}: ${issue?.message}`,
      REMEDY,
    );
  }
  const { SaveEvents: starts, MaxSize: max, TopicLimits: limits } = config.data;
  const kept = starts.filter(isOurs);
  if (kept.length === 0)
    throw new Fault("bad-input", `${source}: SaveEvents names no topics of packets`, 'add "nft" to it');
  const limited = (limits ?? []).filter(({ Name }) => isOurs(Name));
  const matches = [...new Set(kept.map(patternOf))];
  const topics = [
    ...limited.map(({ Name, Size }) => ({ match: patternOf(Name), "max-size": sizeText(Size) })),
    { match: matches.length === 1 ? (matches[0] as string) : matches, "max-size": sizeText(max) },
  ];
  const left = [...starts, ...(limits ?? []).map(({ Name }) => Name)].filter((start) => !isOurs(start));
  const notes = left.length === 0 ? [] : [`left out are topics that a log service does not tell: ${left.join(", ")}`];
  return { section: { serve: { store: { topics } } }, notes };
}

const REMEDY = "name the file of SPR's database: configs/db/config.json";

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault("bad-input", `${source} is no JSON: ${error instanceof Error ? error.message : ""}`, REMEDY);
  }
}

/** SPR's topics of packets are in lower case, too: others are never told. */
function isOurs(start: string): boolean {
  return start.startsWith(OURS) || OURS.startsWith(start);
}

/** Stars in SPR's words are stars. */
function patternOf(start: string): string {
  return `${start.length < OURS.length ? OURS : start.toLowerCase().replaceAll(/[*?]/g, "?")}*`;
}

/** As a size is written in an intent, rounded up. */
function sizeText(bytes: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = Math.ceil(bytes / 1024);
  let unit = 0;
  while (unit < 3 && (size % 1024 === 0 || size > 999_999)) {
    size = Math.ceil(size / 1024);
    unit += 1;
  }
  return `${size}${units[unit]}`;
}
