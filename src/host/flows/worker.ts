import type { FlowEnd, FlowListening } from "../../core/model/flow-stream.ts";
import { runThread } from "../thread/run-thread.ts";
import { FlowReader } from "./reader.ts";

void runThread<FlowListening, FlowEnd>((parts) => {
  const reader = new FlowReader(parts);
  reader.listen();
  return reader;
});
