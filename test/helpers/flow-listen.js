// Reads flow events until it is ended, and makes nothing of them: flow-listen.js MASK
import { listenToFlows } from "./netlink-socket.js";

listenToFlows(Number(process.argv[2]));
process.stdout.write("listening\n");
process.stdin.resume();
