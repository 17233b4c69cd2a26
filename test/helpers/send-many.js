// Sends as many packets of UDP over lo as its first argument says, to each of the ports behind it in turn.
import { createSocket } from "node:dgram";

const [, , count, ...ports] = process.argv;
const AT_ONCE = 64;
const socket = createSocket("udp4");
const bytes = Buffer.from("many");
const send = (port) =>
  new Promise((resolve, reject) => {
    socket.send(bytes, Number(port), "127.0.0.1", (error) => (error ? reject(error) : resolve()));
  });

for (let sent = 0; sent < Number(count); sent += AT_ONCE) {
  const round = Array.from({ length: Math.min(AT_ONCE, Number(count) - sent) }, () => ports);
  await Promise.all(round.flat().map(send));
}
socket.close();
