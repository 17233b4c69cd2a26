import { protocolsOf, wantedOf } from "../flow/wanted.ts";
import type { Intent } from "../intent/intent.ts";
import { lowerIntent } from "../intent/lower.ts";
import type { FlowListening } from "../model/flow-stream.ts";
import type { Telling } from "../model/packet-stream.ts";
import { isObject, type Json } from "../nft/json.ts";
import { ServeDocument } from "./schema.ts";

/** What the log service does. */
export interface ServeSettings {
  readonly groups: readonly number[];
  readonly hasKernelLog: boolean;
  /** Which flows are told; undefined: none. */
  readonly flows: Pick<FlowListening, "wanted" | "censusMs"> | undefined;
  readonly roomBytes: number;
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

/** The NFLOG groups that the rules of an intent log to, lowest first. */
function groupsOfRules(intent: Intent): number[] {
  const statements = lowerIntent(intent).rules.flatMap(({ rules }) => rules.flatMap((rule) => rule["expr"] as Json[]));
  const groups = statements.flatMap((statement) => {
    const log = isObject(statement) ? statement["log"] : undefined;
    const group = isObject(log) ? log["group"] : undefined;
    return typeof group === "number" ? [group] : [];
  });
  return [...new Set(groups)].sort((a, b) => a - b);
}
