import type { Step } from "../model/plan.ts";

/** The step that makes a file's text another; null is no file. */
export function fileStep(path: string, before: string | null, after: string | null): Step {
  return { change: { do: "write-file", path, text: after }, undo: { do: "write-file", path, text: before } };
}
