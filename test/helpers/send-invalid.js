// Sends a packet that conntrack finds invalid: INET or INET6.
import { sendInvalid } from "./netlink-socket.js";

sendInvalid(process.argv[2]);
