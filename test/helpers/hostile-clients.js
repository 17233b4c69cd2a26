// Clients of the bus that mean no good, at the socket that is named: prints a line for each kind once it was answered or let go.
import { connect } from "node:net";

const [path = ""] = process.argv.slice(2);
const ALL = 1000;
const SUBSCRIBERS_MAX = 256;
const TOO_LONG = Buffer.alloc(256 * 1024, 0x61);

/** @param {string} name @param {() => Promise<unknown>} act */
async function tell(name, act) {
  process.stdout.write(`${name}: ${await act()}\n`);
}

/** What comes until the other end hangs up. @param {string | Buffer} bytes */
async function answerTo(bytes) {
  const socket = await connected();
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.write(bytes);
  await new Promise((resolve) => void socket.once("close", resolve));
  return text.slice(0, 60).trimEnd();
}

/** While too many wait to be taken, the kernel says EAGAIN. @returns {Promise<import("node:net").Socket>} */
async function connected() {
  const socket = connect(path);
  const isTaken = await new Promise((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  // What was written when the other end had hung up already is lost: so it shall be.
  if (isTaken) return socket.on("error", () => {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  return await connected();
}

await room();
await tell("no JSON", () => answerTo("hello\n"));
await tell("binary", () => answerTo(Buffer.from([0, 255, 254, 10])));
await tell("a line that does not end", () => answerTo(TOO_LONG));
await tell("lists in lists", () => answerTo(`${"[".repeat(60_000)}\n`));
await tell("names that all objects have", () => answerTo('{"__proto__":{"subscribe":["nft:*"]}}\n'));
await tell("patterns of stars", () => answerTo(`{"subscribe":["nft:${"*a".repeat(2000)}"]}\n`));
await tell("a terminal's escapes", () => answerTo('{"subscribe":["\\u001b[2J"]}\n'));
await tell("more than there is room for", async () => {
  const sockets = await Promise.all(Array.from({ length: ALL }, connected));
  const refused = until(sockets, ALL - SUBSCRIBERS_MAX);
  for (const socket of sockets) socket.write('{"subscribe":["nft:*"]}\n');
  await refused;
  for (const socket of sockets) socket.destroy();
  return `${ALL - SUBSCRIBERS_MAX} let go`;
});
await tell("half of a request", async () => {
  const sockets = await Promise.all(Array.from({ length: 200 }, connected));
  const gone = until(sockets, sockets.length);
  for (const socket of sockets) socket.end('{"subscribe"');
  await gone;
  return "let go";
});
await room();

/** Those that have gone may not have been let go yet: resolves once there is room for more. */
async function room() {
  while (!(await answerTo("hello\n")).includes("no JSON"));
}

/** Resolves once so many were let go. @param {readonly import("node:net").Socket[]} sockets @param {number} count */
async function until(sockets, count) {
  let gone = 0;
  await new Promise((resolve) => {
    for (const socket of sockets) socket.resume().once("close", () => ++gone === count && resolve(undefined));
  });
}
