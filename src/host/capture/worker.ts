import type { CaptureEnd, CaptureWish } from "../../core/capture/wish.ts";
import { runLoop } from "../thread/thread-loop.ts";
import { GroupCapture } from "./group-capture.ts";
import { PipeCapture } from "./pipe-capture.ts";

void runLoop<{ readonly wish: CaptureWish }, CaptureWish, CaptureEnd>(async ({ wish }, parts) => {
  const { source } = wish;
  const loop = source.kind === "groups" ? new GroupCapture(wish, source, parts) : new PipeCapture(wish, source, parts);
  if (loop instanceof GroupCapture) loop.listen();
  return {
    loop,
    adjust: async (wanted) => {
      loop.adjust(wanted);
      return [];
    },
    close: () => {},
  };
});
