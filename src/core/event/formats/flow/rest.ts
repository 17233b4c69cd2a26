import type { FlowEvent } from "../../event.ts";

/** What formats of others have no field for, spelt as in events. */
export const REST = [
  ...(["kind", "change", "resync", "netns", "id", "family", "icmp", "state", "status", "timeout", "mark"] as const),
  ...(["zone", "zone_orig", "zone_reply", "labels", "helper", "secctx", "nat", "reply", "start_source"] as const),
  ...(["master", "protoinfo", "seq_adjust_orig", "seq_adjust_reply", "synproxy", "use", "port_id"] as const),
] satisfies (keyof FlowEvent)[];
