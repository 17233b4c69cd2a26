import type { OpenPacketStream } from "../../core/model/packet-stream.ts";
import { openReaderThread } from "../thread/open-thread.ts";

/**
 * Opens readers of NFLOG groups that each have a thread of their own, which reads and writes without this one.
 * @param program the thread's file: what netlogctl/packet-worker leads to
 */
export function packetStreams(program: string): OpenPacketStream {
  const kind = { program, failed: "read packets", needs: "needs CAP_NET_ADMIN and a kernel with nfnetlink_log" };
  return async (listening, telling, file) => await openReaderThread(kind, listening, telling, file);
}
