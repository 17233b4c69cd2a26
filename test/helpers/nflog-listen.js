// Listens on an NFLOG group and prints each packet as a JSON line; the first line says that it listens. Words behind the group:
// range=BYTES, buffer=BYTES (listen), and deaf, which has it never read.
import { writeSync } from "node:fs";
import { listen, receive } from "./netlink-socket.js";

const [, , group, ...words] = process.argv;
const numbers = words.flatMap((word) => (word.includes("=") ? [word.split("=")] : []));
const fd = listen([Number(group)], Object.fromEntries(numbers.map(([key, value]) => [key, Number(value)])));
writeSync(1, "listening\n");
if (words.includes("deaf")) await new Promise(() => setInterval(() => {}, 60_000));
for (;;) {
  for (const packet of receive(fd)) writeSync(1, `${JSON.stringify(packet)}\n`);
}
