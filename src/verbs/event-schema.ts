import * as z from "zod";
import { NetlogEvent } from "../core/event/event.ts";

/** The JSON Schema of events: each line of NDJSON is one. */
export function eventSchema(): object {
  return z.toJSONSchema(NetlogEvent);
}
