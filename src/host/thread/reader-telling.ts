import type { OpenTelling } from "../../core/event/open-telling.ts";
import type { PayloadStyle } from "../../core/event/pipeline.ts";

/** How a reader tells what it reads. */
export interface ReaderTelling extends OpenTelling {
  readonly payload: PayloadStyle | undefined;
}
