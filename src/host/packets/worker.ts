import type { Listening, StreamEnd } from "../../core/model/packet-stream.ts";
import { runThread } from "../thread/run-thread.ts";
import { PacketReader } from "./reader.ts";

void runThread<Listening, StreamEnd>((parts) => {
  const reader = new PacketReader(parts);
  reader.listen();
  return reader;
});
