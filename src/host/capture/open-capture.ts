import type { CaptureEnd, CaptureWish, OpenCapture } from "../../core/capture/wish.ts";
import { openThread } from "../thread/open-thread.ts";

/**
 * Opens captures that each have a thread of their own, which reads and writes without this one.
 * @param program the thread's file: what netlogctl/capture-worker leads to
 */
export function captures(program: string): OpenCapture {
  const kind = { program, failed: "capture packets", needs: "see that the directory is there, and can be written" };
  return async (wish, onNote) => await openThread<CaptureWish, CaptureEnd>({ ...kind, onNote }, { wish });
}
