// Does as clients of SPR's bus do (sprbus-json, client.go): says which topics, reads lines of 64 KiB at most, each a message
// with a topic and a text; prints them. Arguments: the socket, how the topics begin.
import { connect } from "node:net";
import { createInterface } from "node:readline";

const LINE_BYTES_MAX = 64 * 1024;
const [, , path, start] = process.argv;
const socket = connect(path, () => {
  socket.write(`${JSON.stringify({ topic: `subscribe:${start}`, value: "" })}\n`);
  process.stderr.write("subscribed\n");
});
for await (const line of createInterface(socket)) {
  if (Buffer.byteLength(line) >= LINE_BYTES_MAX) throw new Error("bufio.Scanner: token too long");
  const { topic, value } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ topic, value: JSON.parse(value) })}\n`);
}
