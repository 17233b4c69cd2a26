// The log service with a store: what was stored stays, what is missing is told, and the next service goes on behind it.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { FIRST_PORT, LOGGED, NEXT_PORT, runInCompany } from "./company.js";
import { untold } from "./fault.js";
import { filesBelow, MAIN, netlogctl } from "./laboratory.js";

const PLACE = "/srv/disk";
const STORE = `${PLACE}/events.db`;
const COUNT = 6;
const NEXT_COUNT = 3;
const SERVE = ["serve", "-f", "/srv/serve.yaml"];

/** Only these may stay behind the end of a service. */
const STAYS = new Set([STORE, `${STORE}-lock`]);

const intent = (...patterns) => `cat > /srv/serve.yaml << 'END'
version: 1
serve:
  groups: [1]
  bus: { socket: ${PLACE}/bus.sock }
  metrics: ${PLACE}/metrics.sock
  store: { file: ${STORE}, topics: [{ match: ${JSON.stringify(patterns)}, max-size: 64MiB }] }
END`;

/** More than the service keeps free: it gives some of it back to the file system. */
const OLD_EVENTS = `'${process.execPath}' '${MAIN}' serve -f /srv/serve.yaml > /dev/null 2> /srv/first.err & pid=$!
until grep -q 'telling at' /srv/first.err; do sleep 0.05; done
nft add rule inet t out udp dport 11 log prefix '"old "' group 1
'${process.execPath}' -e '
  const { randomBytes } = require("node:crypto");
  const socket = require("node:dgram").createSocket("udp4");
  let left = 3000;
  const next = () => left-- > 0 ? socket.send(randomBytes(500), 11, "127.0.0.1", next) : socket.close();
  next();'
kill $pid; wait $pid; rm /srv/first.err`;

const scenario = (name, setup) => ({
  name,
  kind: "data",
  setup: [`mkdir -p ${PLACE}`, LOGGED, ...setup].join("\n"),
  change: SERVE,
  company: { count: COUNT, directory: PLACE },
  look: storeState,
  judge: (_scenario, way, _point, ended) => judged(way, ended),
});

export const SERVING = [
  scenario("serve, a new store", [intent("nft:*")]),
  scenario("serve, old events go", [intent("nft:*"), OLD_EVENTS, intent("nft:one:*", "nft:two:*")]),
];

/** What was told as written is on the disk. */
export const SERVE_POWER = {
  name: "power: serve",
  isPowerCut: true,
  setup: [LOGGED, intent("nft:*")].join("\n"),
  change: SERVE,
  company: { count: COUNT, directory: PLACE },
  boot: LOGGED,
  judge: (_scenario, ended) => judged("power", ended),
};

function storeState() {
  const { code, stdout } = netlogctl("packets", "query", "--json", "--store", STORE);
  return { text: code === 0 ? portsIn(eventsIn(stdout)).join(" ") : "no store", temporary: [] };
}

const eventsIn = (text) =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const portsIn = (events) => events.flatMap(({ kind, sport }) => (kind === "packet" ? [sport] : []));

/** What the next service and its readers make of what was left. */
function judged(way, ended) {
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  const early = netlogctl("packets", "query", "--json", "--store", STORE);
  if (early.code !== 0 && !/there is (no|nothing in the) store/.test(early.stdout))
    return { why: `packets query before it: ${early.stdout}` };
  const next = runInCompany(SERVE, { count: NEXT_COUNT, directory: PLACE });
  if (next.code !== 0 || next.isImpatient) return { why: `the next service: ${next.code} ${next.stderr}` };
  const left = whatIsLeft();
  if (left !== undefined) return left;
  const { code, stdout, stderr } = netlogctl("packets", "query", "--json", "--store", STORE);
  if (code !== 0) return { why: `packets query: ${stderr}` };
  return whatIsTold(stdout, ended.company) ?? stateOf(stdout);
}

function whatIsTold(stdout, company) {
  let events;
  try {
    events = eventsIn(stdout);
  } catch {
    return { why: `torn: ${stdout}` };
  }
  const cursors = events.map(({ cursor }) => cursor);
  if (cursors.some((cursor, at) => at > 0 && cursor <= cursors[at - 1])) return { why: `cursors: ${cursors}` };
  const ports = portsIn(events);
  const before = ports.filter((port) => port < NEXT_PORT);
  const expected = [...countFrom(FIRST_PORT, before.length), ...countFrom(NEXT_PORT, NEXT_COUNT)];
  if (ports.join() !== expected.join()) return { why: `packets ${ports} are there, and ${expected} should` };
  if (before.length < company.written) return { why: `${company.written} were written, ${before.length} are there` };
  const losses = events.filter(({ kind }) => kind === "loss");
  const isTold = losses.length === 1 && events[before.length] === losses[0];
  if (losses.length > 0 && !isTold) return { why: `losses: ${JSON.stringify(losses)}` };
  const missing = company.sent.length - before.length;
  return missing > 0 && !isTold ? { why: `${missing} are missing, and nothing says so` } : undefined;
}

const countFrom = (from, count) => Array.from({ length: count }, (_, index) => from + index);

/** Nothing that is not to stay; and the file is of the form that it is made in. */
function whatIsLeft() {
  const left = filesBelow(PLACE).filter((path) => !STAYS.has(path) && !isEmptyLog(path));
  if (left.length > 0) return { why: `left behind: ${left.join(" ")}` };
  const header = Buffer.alloc(100);
  const file = openSync(STORE, "r");
  readSync(file, header, 0, header.length, 0);
  closeSync(file);
  const [pageBytes, isIncremental] = [header.readUInt16BE(16), header.readUInt32BE(64) === 1];
  return pageBytes === 8192 && isIncremental
    ? undefined
    : { why: `pages of ${pageBytes}, given back: ${isIncremental}` };
}

/** A reader that came in between keeps the log of writes from being removed; the file alone holds all of it then. */
const isEmptyLog = (path) => path === `${STORE}-shm` || (path === `${STORE}-wal` && statSync(path).size === 0);

function stateOf(stdout) {
  const isWhole = stdout.includes(`"sport":${FIRST_PORT + COUNT - 1},`) && !stdout.includes('"kind":"loss"');
  return { state: isWhole ? "made" : "old" };
}
