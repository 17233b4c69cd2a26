import type { Telling, VyosTelling } from "../model/packet-stream.ts";
import { printable } from "../printable.ts";
import type { NetlogEvent, PacketEvent, TrafficEvent } from "./event.ts";
import type { TextStyle } from "./formats/text.ts";
import { createLines, type EncodeFlow, type EncodePacket, type Encoders, type Enrich, type Lines } from "./lines.ts";
import { inOrder } from "./pipeline.ts";
import { compileGlob } from "./where/glob.ts";

/** What the machine does for it. */
export interface Tools {
  readonly sha1: (bytes: Buffer) => Buffer;
  readonly style: TextStyle;
  /** The program that holds the socket of a packet, where it lives here. */
  readonly programOf?: (event: PacketEvent) => string | undefined;
}

/** What packets are told by, ready for use. */
export interface OpenTelling {
  readonly lines: Lines;
  readonly isWantedPrefix: (prefix: string) => boolean;
}

/**
 * Makes it ready: filters parsed, formats loaded, names taken in.
 * @throws Fault for a filter that is none
 */
export async function openTelling(telling: Telling, tools: Tools): Promise<OpenTelling> {
  const { fields, payload, prefixes, where } = telling;
  const globs = prefixes.map(compileGlob);
  const isWanted = where === undefined ? undefined : (await import("./where.ts")).parseWhere(where);
  const encoders = await formatOf(telling, tools);
  return {
    isWantedPrefix: (prefix) => globs.length === 0 || globs.some((matches) => matches(prefix.trim())),
    lines: createLines({ fields, payload, isWanted, enrich: await enrichment(telling, tools), encoders }),
  };
}

/** Formats of others have no word for what was lost. Undefined: JSON. */
async function formatOf({ format, isForTerminal, vyos }: Telling, { style }: Tools): Promise<Encoders | undefined> {
  const shown = (text: string): string => (isForTerminal ? printable(text) : text);
  const of = (encode: EncodePacket): Encoders => ({ packet: (event, bytes) => shown(encode(event, bytes)) });
  const ofFlows = (encode: EncodeFlow): Encoders => ({ flow: (event) => shownIfTold(encode(event), shown) });
  switch (format) {
    case "json":
      return undefined;
    case "text": {
      const { encodeText } = await import("./formats/text.ts");
      const encode = (event: NetlogEvent): string => encodeText(event, style);
      return { packet: encode, flow: encode, loss: encode, style };
    }
    case "spr":
      return of((await import("./formats/spr.ts")).encodeSpr);
    case "ulogd":
      return of((await import("./formats/ulogd.ts")).encodeUlogd);
    case "eve":
      return {
        ...of((await import("./formats/eve.ts")).encodeEve),
        ...ofFlows((await import("./formats/flow/eve.ts")).encodeFlowEve),
      };
    case "ecs":
      return {
        ...of((await import("./formats/ecs.ts")).encodeEcs),
        ...ofFlows((await import("./formats/flow/ecs.ts")).encodeFlowEcs),
      };
    case "iptables":
      return of((await import("./formats/iptables.ts")).encodeIptables);
    case "vyos":
      return ofFlows(await vyosEncoder(vyos));
    case "conntrack":
      return ofFlows((await import("./formats/flow/conntrack.ts")).encodeConntrack);
    case "zeek":
      return ofFlows((await import("./formats/flow/zeek.ts")).encodeZeek);
    case "ipfix-json":
      return ofFlows((await import("./formats/flow/ipfix-json.ts")).encodeIpfixJson);
  }
}

function shownIfTold(line: string | undefined, shown: (text: string) => string): string | undefined {
  return line === undefined ? undefined : shown(line);
}

async function vyosEncoder({ hasCounters, debugOffsetMinutes }: VyosTelling = INFO): Promise<EncodeFlow> {
  const { encodeVyos, encodeVyosFixed } = await import("./formats/flow/vyos.ts");
  const encode = hasCounters ? encodeVyosFixed : encodeVyos;
  if (debugOffsetMinutes === undefined) return encode;
  const { encodeVyosDebug } = await import("./formats/flow/vyos-debug.ts");
  return (event) => {
    const line = encode(event);
    return line && encodeVyosDebug(line, event, { offsetMinutes: debugOffsetMinutes, process: 1 });
  };
}

const INFO: VyosTelling = { hasCounters: false, debugOffsetMinutes: undefined };

async function enrichment({ names, hasCommunityId, hasProgram }: Telling, tools: Tools): Promise<Enrich | undefined> {
  const steps: Enrich[] = [];
  if (hasProgram && tools.programOf !== undefined) {
    const { programOf } = tools;
    steps.push((event) => (event.kind === "flow" ? event : withKey(event, "program", programOf(event))));
  }
  if (names !== undefined) steps.push(await naming(names));
  if (hasCommunityId) {
    const { communityId } = await import("../packet/community-id.ts");
    steps.push((event) => withKey(event, "community_id", communityId(event, tools.sha1)));
  }
  return steps.length === 0 ? undefined : (event) => inOrder(steps.reduce((one, step) => step(one), event));
}

async function naming({ hosts, leases }: NonNullable<Telling["names"]>): Promise<Enrich> {
  const { createNames } = await import("./names.ts");
  const names = createNames();
  names.addHosts(hosts);
  for (const text of leases) names.addLeases(text);
  return (event) => {
    const nowSeconds = Date.parse(event.ts) / 1000;
    if (event.kind !== "flow") names.learn(event, nowSeconds);
    return names.apply(event, nowSeconds);
  };
}

function withKey<Event extends TrafficEvent>(
  event: Event,
  key: "program" | "community_id",
  value: string | undefined,
): Event {
  return value === undefined ? event : { ...event, [key]: value };
}
