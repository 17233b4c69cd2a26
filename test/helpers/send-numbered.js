// Sends UDP packets over lo to port 9, each with its own number, 0, 1, 2, ..., until its standard input ends; then says how
// many there were.
import { createSocket } from "node:dgram";

const AT_ONCE = 8;
const socket = createSocket("udp4");
let sent = 0;
let isOver = false;
process.stdin.on("end", () => {
  isOver = true;
});
process.stdin.resume();

function send() {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(sent);
  sent += 1;
  return new Promise((resolve, reject) => {
    socket.send(number, 9, "127.0.0.1", (error) => (error ? reject(error) : resolve()));
  });
}

process.stdout.write("sending\n");
while (!isOver) {
  for (let count = 0; count < AT_ONCE; count += 1) await send();
  await new Promise((resolve) => setTimeout(resolve, 2));
}
socket.close();
process.stdout.write(`sent ${sent}\n`);
