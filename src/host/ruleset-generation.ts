import { closeSync } from "node:fs";
import { decodeGeneration, encodeGenerationQuestion } from "../core/netlink/generation.ts";
import { receive, sendTo } from "./libc.ts";
import { openNetfilterSocket } from "./netfilter-socket.ts";

const SEQUENCE = 1;
const ROOM_BYTES = 8192;

/** The number of the ruleset's generation in the network namespace that the thread is in. The kernel answers before a send returns. */
export function readGeneration(): number | undefined {
  const socket = openNetfilterSocket(ROOM_BYTES);
  try {
    sendTo(socket, encodeGenerationQuestion(SEQUENCE), null);
    const answer = receive(socket, Buffer.alloc(ROOM_BYTES));
    return answer === undefined ? undefined : decodeGeneration(answer, SEQUENCE);
  } finally {
    closeSync(socket);
  }
}
