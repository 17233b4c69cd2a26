import type { FlowEvent } from "../event/event.ts";
import { Fault } from "../model/fault.ts";

/** What VyOS's logger tells apart; IPv6's ICMP, SCTP, GRE and all else are "other". */
export const VYOS_CLASSES = ["tcp", "udp", "icmp", "other"] as const;
type VyosClass = (typeof VYOS_CLASSES)[number];

const VYOS_EVENTS = ["new", "update", "destroy"] as const;
type VyosEvent = (typeof VYOS_EVENTS)[number];

/** Of which change which protocols are told; a change that is not there is not told. */
export type VyosFilters = Readonly<Partial<Record<VyosEvent, readonly VyosClass[]>>>;

/** What /run/vyos-conntrack-logger.conf asks for. */
export interface VyosConfig {
  readonly filters: VyosFilters;
  /** How many messages may wait to be told; undefined: the program's own number. */
  readonly queueSize: number | undefined;
  readonly isDebug: boolean;
  /** Whether nf_conntrack_timestamp is asked for. The logger itself leaves that to VyOS. */
  readonly wantsTimestamp: boolean;
  /** What of it is passed over, in a sentence each. */
  readonly notes: readonly string[];
}

const REMEDY =
  'it is to hold {"event": {"new": {}, "update": {"tcp": {}}, "destroy": {}}} or the like, as VyOS writes it';

/**
 * Reads the configuration of VyOS's conntrack logger (vyos-1x, data/templates/conntrackd and src/services), with what the
 * logger itself makes of it: `{}` is all protocols, null none; an event that is unknown is said and passed over.
 * @param where the name of the file, for faults
 * @throws Fault for what the logger would end or fail at
 */
export function parseVyosConfig(text: string, where: string): VyosConfig {
  const fault = (what: string): Fault => new Fault("bad-input", `${where} ${what}`, REMEDY);
  const config = objectIn(jsonIn(text, fault));
  if (config === undefined) throw fault("is no JSON object");
  const events = objectIn(config["event"]);
  if (events === undefined || Object.keys(events).length === 0) throw fault("names no events");
  return {
    filters: filtersIn(events, fault),
    queueSize: queueSizeIn(config["queue_size"], fault),
    isDebug: config["log_level"] === "debug",
    wantsTimestamp: (config["timestamp"] ?? undefined) !== undefined,
    notes: notesOn(config, events),
  };
}

/** Whether the logger tells such an event; it tells no flows as they stand. */
export function isToldBy(filters: VyosFilters, { change, proto }: Pick<FlowEvent, "change" | "proto">): boolean {
  return change !== "listed" && filters[change]?.includes(classOf(proto)) === true;
}

function classOf(proto: string): VyosClass {
  return VYOS_CLASSES.find((one) => one === proto) ?? "other";
}

type ToFault = (what: string) => Fault;
type Fields = Readonly<Record<string, unknown>>;

function jsonIn(text: string, fault: ToFault): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(`is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

function objectIn(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function filtersIn(events: Fields, fault: ToFault): VyosFilters {
  const filters: Partial<Record<VyosEvent, readonly VyosClass[]>> = {};
  for (const name of VYOS_EVENTS) {
    const wish = events[name] ?? undefined;
    if (wish === undefined) continue;
    const classes = objectIn(wish);
    if (classes === undefined) throw fault(`holds no object under event.${name}`);
    filters[name] = classesIn(classes);
  }
  return filters;
}

/** An empty object is all; else what is not null. */
function classesIn(classes: Fields): readonly VyosClass[] {
  if (Object.keys(classes).length === 0) return VYOS_CLASSES;
  return VYOS_CLASSES.filter((name) => (classes[name] ?? undefined) !== undefined);
}

/** VyOS writes it as text; empty text and 0 are no wish, as there. */
function queueSizeIn(value: unknown, fault: ToFault): number | undefined {
  if (value === undefined || value === null || value === "" || value === 0) return undefined;
  const size = typeof value === "string" && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 0)
    throw fault("has a queue_size that is no number");
  return size === 0 ? undefined : size;
}

const KEYS: readonly string[] = ["event", "queue_size", "log_level", "timestamp"];

function notesOn(config: Fields, events: Fields): string[] {
  const classes = VYOS_EVENTS.flatMap((name) =>
    unknownIn(objectIn(events[name]) ?? {}, VYOS_CLASSES).map(
      (key) => `event.${name} names an unknown protocol: ${key}`,
    ),
  );
  return [
    ...unknownIn(events, VYOS_EVENTS).map((key) => `Unexpected event group ${key}`),
    ...classes,
    ...unknownIn(config, KEYS).map((key) => `an unknown key is passed over: ${key}`),
  ];
}

function unknownIn(fields: Fields, known: readonly string[]): string[] {
  return Object.keys(fields).filter((key) => !known.includes(key));
}
