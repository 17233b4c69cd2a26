import { protocolsOf, wantedOf } from "../flow/wanted.ts";
import { groupsOfRules } from "../intent/groups.ts";
import type { Intent } from "../intent/intent.ts";
import type { FlowListening } from "../model/flow-stream.ts";
import type { Telling } from "../model/packet-stream.ts";
import { ServeDocument } from "./schema.ts";

/** What the log service does. */
export interface ServeSettings {
  readonly groups: readonly number[];
  readonly hasKernelLog: boolean;
  /** Which flows are told; undefined: none. */
  readonly flows: Pick<FlowListening, "wanted" | "censusMs"> | undefined;
  readonly roomBytes: number;
  readonly hasConntrack: boolean;
  readonly telling: Telling;
  readonly bus: ServeDocument["bus"];
  readonly store: ServeDocument["store"];
  readonly metrics: string | undefined;
}

/** What an intent wants of the log service; without `serve:` a bus of what its rules log. */
export function serveSettingsOf(intent: Intent): ServeSettings {
  const serve = intent.serve ?? ServeDocument.parse({});
  return {
    groups: serve.groups ?? groupsOfRules(intent),
    hasKernelLog: serve["kernel-log"],
    flows: serve.flows && flowsOf(serve.flows),
    roomBytes: serve["room-mib"] * 1024 * 1024,
    hasConntrack: serve.conntrack,
    telling: tellingOf(serve),
    bus: serve.bus,
    store: serve.store,
    metrics: serve.metrics,
  };
}

function flowsOf({ events, proto, census }: NonNullable<ServeDocument["flows"]>): ServeSettings["flows"] {
  return { wanted: wantedOf(events, protocolsOf(proto)), censusMs: census * 1000 };
}

function tellingOf({ names, "payload-bytes": payloadBytes }: ServeDocument): Telling {
  return {
    format: "json",
    fields: "default",
    payload: payloadBytes === 0 ? undefined : { encoding: "base64", bytesMax: payloadBytes },
    prefixes: [],
    where: undefined,
    hasCommunityId: false,
    hasProgram: false,
    names: names ? { hosts: "", leases: [] } : undefined,
    isForTerminal: false,
    hasColour: false,
    countMax: undefined,
  };
}

/** What it reads, in words. */
export function readsText({ groups, hasKernelLog, flows }: ServeSettings): string {
  const packets = groups.length === 0 ? [] : [`NFLOG group ${groups.join(", ")}`];
  const what = [...packets, ...(hasKernelLog ? ["the kernel log"] : []), ...(flows === undefined ? [] : ["flows"])];
  return `reading ${what.join(" and ")}`;
}
