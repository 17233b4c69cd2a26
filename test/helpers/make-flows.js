// Makes a flow each of TCP, UDP and ICMP over lo, with IPv4 and IPv6, all of which are answered; those of TCP and UDP go to
// port 80 and are served at 8080. Says "made" when all is over.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { sendEcho } from "./netlink-socket.js";

for (const [family, address] of [
  ["INET", "127.0.0.1"],
  ["INET6", "::1"],
]) {
  const server = createServer((socket) => socket.end("answer")).listen(8080, address);
  await once(server, "listening");
  const client = connect(80, address);
  client.end("question");
  client.resume();
  await once(client, "close");
  server.close();

  const kind = family === "INET" ? "udp4" : "udp6";
  const [echo, asks] = [createSocket(kind), createSocket(kind)];
  echo.on("message", (bytes, { port }) => echo.send(bytes, port, address));
  echo.bind(8080, address);
  await once(echo, "listening");
  for (let times = 0; times < 3; times += 1) {
    asks.send("question", 80, address);
    await once(asks, "message");
  }
  for (const socket of [echo, asks]) socket.close();
  sendEcho(family, 0x1234);
}
process.stdout.write("made\n");
