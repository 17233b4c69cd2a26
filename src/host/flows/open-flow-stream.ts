import type { OpenFlowStream } from "../../core/model/flow-stream.ts";
import { openReaderThread } from "../thread/open-thread.ts";

/**
 * Opens readers of conntrack's events that each have a thread of their own, which reads and writes without this one.
 * @param program the thread's file: what netlogctl/flow-worker leads to
 * @param onNote is told what the lines have no word for
 */
export function flowStreams(program: string, onNote?: (text: string) => void): OpenFlowStream {
  const kind = {
    program,
    onNote,
    failed: "read flows",
    needs: "needs CAP_NET_ADMIN and a kernel with nf_conntrack_netlink",
  };
  return async (listening, telling, file) => await openReaderThread(kind, listening, telling, file);
}
