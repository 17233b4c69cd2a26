// Sends one UDP packet each of so many flows over lo, each to an end of its own, which the number of the first chooses; as fast
// as it goes, or with so many milliseconds after each 64 until its standard input ends. Says how many there were:
// send-flows.js COUNT [PAUSE [FIRST]]
import { createSocket } from "node:dgram";
import { setTimeout as pause } from "node:timers/promises";

const AT_ONCE = 64;
const PORTS = 50_000;
const [most, pauseMs = 0, first = 0] = process.argv.slice(2).map(Number);
let isOver = false;
if (pauseMs > 0) {
  process.stdin.on("end", () => {
    isOver = true;
  });
  process.stdin.resume();
}

const socket = createSocket("udp4");
const bytes = Buffer.from("flow");
const send = (number) =>
  new Promise((resolve, reject) => {
    const address = `127.1.0.${1 + Math.floor(number / PORTS)}`;
    socket.send(bytes, 1024 + (number % PORTS), address, (error) => (error ? reject(error) : resolve()));
  });

process.stdout.write("sending\n");
let sent = 0;
while (sent < most && !isOver) {
  const count = Math.min(AT_ONCE, most - sent);
  await Promise.all(Array.from({ length: count }, (_, index) => send(first + sent + index)));
  sent += count;
  if (pauseMs > 0) await pause(pauseMs);
}
socket.close();
process.stdin.destroy();
process.stdout.write(`sent ${sent}\n`);
