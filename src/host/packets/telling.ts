import { createLines, type Lines } from "../../core/event/lines.ts";
import type { PayloadStyle } from "../../core/event/pipeline.ts";
import type { Telling } from "../../core/model/packet-stream.ts";

/** What a reader is told by, opened: filters parsed, formats found. */
export interface OpenTelling {
  readonly payload: PayloadStyle | undefined;
  readonly lines: Lines;
  readonly isWantedPrefix: (prefix: string) => boolean;
}

export function openTelling(telling: Telling): OpenTelling {
  const { fields, payload } = telling;
  return {
    payload,
    lines: createLines({
      fields,
      payload,
      isWanted: undefined,
      enrich: undefined,
      encode: undefined,
      encodeLoss: undefined,
    }),
    isWantedPrefix: () => true,
  };
}
