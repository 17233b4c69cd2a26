// Listens on NFLOG groups, from 0 to the last, which the first line says. For each line "FIRST LAST" of its input it sends
// UDP packets over lo to each of these ports, IPv4 and IPv6, short and long, from two ports, and prints how many arrived by
// group and prefix, as a JSON line. What a rule drops is no error.
import { createSocket } from "node:dgram";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { listen, receive } from "./netlink-socket.js";

const fd = listen(Array.from({ length: Number(process.argv[2]) + 1 }, (_, group) => group));
writeSync(1, "listening\n");

const HOSTS = { udp4: "127.0.0.1", udp6: "::1" };
const LENGTHS = [10, 400];

/** Sends a few packets, then the one to port 9 whose rule has the prefix "end": what they made was received before it. */
async function exchange(sockets, type, from, port, counts) {
  const sendTo = (socket, length, to, host) =>
    new Promise((resolve) => socket.send(Buffer.alloc(length), to, host, resolve));
  for (const length of LENGTHS) await sendTo(sockets[type + from], length, port, HOSTS[type]);
  await sendTo(sockets.udp45001, 3, 9, HOSTS.udp4);
  for (;;) {
    for (const { group, prefix } of receive(fd)) {
      if (prefix === "end") return;
      const key = `${prefix} at group ${group}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
}

async function openSockets() {
  const sockets = {};
  for (const [type, host] of Object.entries(HOSTS)) {
    for (const from of [5001, 5002]) {
      const socket = createSocket(type);
      socket.on("error", () => {});
      await new Promise((resolve) => socket.bind(from, host, resolve));
      sockets[type + from] = socket;
    }
  }
  return sockets;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [first, last] = line.split(" ").map(Number);
  const sockets = await openSockets();
  const counts = {};
  for (const type of Object.keys(HOSTS)) {
    for (const from of [5001, 5002]) {
      for (let port = first; port <= last; port += 1) await exchange(sockets, type, from, port, counts);
    }
  }
  for (const socket of Object.values(sockets)) socket.close();
  writeSync(1, `${JSON.stringify(counts)}\n`);
}
