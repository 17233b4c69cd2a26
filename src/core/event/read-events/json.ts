import type { NetlogEvent } from "../event.ts";
import { NetlogEvent as Schema } from "../event.ts";
import { fieldsOfLine } from "../formats/json-fields.ts";
import { topicOf } from "../topic.ts";

/** An event of our own JSON, all its fields or the compact ones; and its bytes, if it has them. */
export function parseJson(line: string): { event: NetlogEvent; bytes?: Buffer } | undefined {
  const fields = fieldsOfLine(line);
  if (fields === undefined) return undefined;
  const prefix = fields["prefix"];
  const unsaid = typeof prefix === "string" ? { ts_source: "log", source: "nflog", topic: topicOf(prefix) } : {};
  const event = Schema.safeParse({ ...unsaid, ...fields }).data;
  if (event === undefined) return undefined;
  if (event.kind === "loss" || event.kind === "flow" || event.payload === undefined) return { event };
  return { event, bytes: Buffer.from(event.payload, event.payload_encoding ?? "hex") };
}
