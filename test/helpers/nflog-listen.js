// Listens on an NFLOG group and prints each packet as a JSON line; the first line says that it listens.
import { writeSync } from "node:fs";
import { listen, receive } from "./netlink-socket.js";

const fd = listen(Number(process.argv[2]));
writeSync(1, "listening\n");
for (;;) {
  for (const packet of receive(fd)) writeSync(1, `${JSON.stringify(packet)}\n`);
}
