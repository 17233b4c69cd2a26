import type { FlowEvent } from "./event.ts";
import type { OpenTelling } from "./open-telling.ts";

/** Flows as lines of a telling; those that it has no word for are left out. */
export function* encodeFlows(flows: Iterable<FlowEvent>, { lines }: OpenTelling): Generator<string> {
  for (const flow of flows) {
    const line = lines.lineOf(flow, undefined);
    if (line !== undefined) yield line;
  }
}
