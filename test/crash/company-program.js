// Keeps a command company that runs on by itself: company-program.js PID STDERR LOG FROM COUNT [DIRECTORY]
// Once that says on its standard error that it reads, packets are logged for it, each from a port of its own, FROM and on. Of
// a log service whose sockets stand in DIRECTORY it is told, and asked what is written, and that is ended by SIGTERM then;
// what captures ends by itself. What it sees goes to LOG, line by line.
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { appendFileSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";

/** Longer than anything takes that has not failed. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 10;
const PAYLOAD_BYTES = 300;

const [pid, err, log, from, count, directory] = process.argv.slice(2);
const begun = performance.now();
const note = (...words) => appendFileSync(log, `${words.join(" ")}\n`);

await until(() => /telling at|captures NFLOG/.test(readFileSync(err, "utf8")));
note("reads");
if (directory !== undefined) subscribe();
for (const half of [0, 1]) {
  const ports = Array.from({ length: Number(count) }, (_, index) => Number(from) + index);
  const middle = Math.ceil(ports.length / 2);
  for (const port of half === 0 ? ports.slice(0, middle) : ports.slice(middle)) await send(port);
  if (directory !== undefined) await until(() => isWritten(half === 0 ? middle : ports.length));
}
if (directory !== undefined) process.kill(Number(pid), "SIGTERM");
else await until(() => false);
note("ended");
process.exit();

/** Ends with what it keeps company to. */
async function until(isSo) {
  for (;;) {
    if (await isSo()) return;
    if (!isAlive()) process.exit();
    if (performance.now() - begun > PATIENCE_MS) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  note("patience");
  process.kill(Number(pid), "SIGTERM");
  process.exit();
}

function isAlive() {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

async function send(port) {
  const socket = createSocket("udp4");
  await new Promise((resolve) => socket.bind(port, "127.0.0.1", resolve));
  await new Promise((resolve) => socket.send(randomBytes(PAYLOAD_BYTES), 9 + (port % 2), "127.0.0.1", resolve));
  socket.close();
  note("sent", port);
}

/** Whatever was there before is told, too. */
function subscribe() {
  const socket = connect(`${directory}/bus.sock`, () => socket.write('{"subscribe":["nft:*"],"after":0}\n'));
  let rest = "";
  socket.on("error", () => {}); // it was ended
  socket.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) note("told", JSON.parse(line).sport, JSON.parse(line).cursor);
  });
}

async function isWritten(wanted) {
  const page = await new Promise((resolve) => {
    const request = get({ socketPath: `${directory}/metrics.sock`, path: "/metrics" }, async (response) =>
      resolve((await response.toArray().catch(() => [])).join("")),
    );
    request.on("error", () => resolve(""));
  });
  const written = Number(/^netlogctl_sink_written_total\{sink="store"\} (\d+)$/m.exec(page)?.[1] ?? 0);
  note("written", written);
  return written >= wanted;
}
