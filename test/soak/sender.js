// Sends UDP packets over lo, to each port at a rate of its own; each has its own number, 0, 1, 2, ..., of its port. Sends flows of
// one packet each, too.
import { createSocket } from "node:dgram";
import { setTimeout as pause } from "node:timers/promises";
import { answer } from "./channel.js";

const AT_ONCE = 32;
const TICK_MS = 10;
const [FIRST_PORT, PORTS] = [10_000, 50_000];
const FLOW_NETS = 100;
const PADDING = 64;

const lines = new Map();
let flows = 0;
const socket = createSocket("udp4");

const send = (bytes, port, address) =>
  new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
  });

function sendNext(port, line) {
  const bytes = Buffer.alloc(PADDING);
  bytes.writeUInt32BE(line.sent);
  line.sent += 1;
  return send(bytes, port, "127.0.0.1");
}

function lineOf(port) {
  const line = lines.get(port) ?? { sent: 0, perSecond: 0, owed: 0 };
  lines.set(port, line);
  return line;
}

/** Sends what is due of all ports, some of each in turn. */
async function sendDue() {
  for (let isMore = true; isMore; ) {
    isMore = false;
    for (const [port, line] of lines) {
      const count = Math.min(AT_ONCE, Math.floor(line.owed));
      line.owed -= count;
      await Promise.all(Array.from({ length: count }, () => sendNext(port, line)));
      isMore ||= line.owed >= 1;
    }
    await new Promise((go) => setImmediate(go));
  }
}

let isTurning = false;
let isOver = false;
async function run() {
  for (let before = performance.now(); !isOver; ) {
    const now = performance.now();
    // A stall is not made up for: what was not sent then is not sent.
    for (const line of lines.values()) line.owed += (line.perSecond * Math.min(now - before, 100)) / 1000;
    before = now;
    isTurning = true;
    await sendDue();
    isTurning = false;
    await pause(TICK_MS);
  }
}
void run();

const rest = async () => {
  while (isTurning) await pause(1);
};

answer({
  /** Packets a second by port; of others nothing changes. */
  rates: async (rates) => {
    for (const [port, perSecond] of Object.entries(rates)) lineOf(Number(port)).perSecond = perSecond;
    if (Object.values(rates).every((rate) => rate === 0)) await rest();
  },
  burst: ({ port, count }) => {
    lineOf(port).owed += count;
  },
  /** Nothing more is sent but what is asked for from now on. */
  stop: async () => {
    for (const line of lines.values()) Object.assign(line, { perSecond: 0, owed: Math.min(line.owed, AT_ONCE) });
    await rest();
    for (const line of lines.values()) line.owed = 0;
    await rest();
  },
  one: async (ports) => {
    for (const port of ports) await sendNext(port, lineOf(port));
  },
  flows: async (count) => {
    for (let sent = 0; sent < count; sent += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - sent) }, (_, index) => {
        const number = (flows + index) % (PORTS * FLOW_NETS);
        return send(Buffer.from("flow"), FIRST_PORT + (number % PORTS), `127.1.0.${1 + Math.floor(number / PORTS)}`);
      });
      flows += some.length;
      await Promise.all(some);
    }
  },
  sent: () => ({ flows, ports: Object.fromEntries([...lines].map(([port, { sent }]) => [port, sent])) }),
  end: () => {
    isOver = true;
    socket.close();
  },
});
