// A ring of captures that turns and deletes: the next run closes what was left open, and nothing goes that is not told.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FIRST_PORT, LOGGED, NEXT_PORT, runInCompany } from "./company.js";
import { untold } from "./fault.js";
import { netlogctl } from "./laboratory.js";

const RING = "/srv/disk/ring";
/** Some packets a file, of which the ring keeps four. */
const COUNT = 30;
const NEXT_COUNT = 6;
const LIMITS = ["--ring", RING, "--size", "2KiB", "--files", "4", "--free", "1KiB"];
const run = (count) => ["capture", "run", "-g", "1", ...LIMITS, "--count", String(count)];

export const CAPTURING = [
  {
    name: "capture run",
    kind: "data",
    setup: `mkdir -p /srv/disk\n${LOGGED}`,
    change: run(COUNT),
    company: { count: COUNT },
    look: () => ({ text: Object.keys(captures()).join(" "), temporary: [] }),
    judge: (_scenario, way, _point, ended) => judged(way, ended, captures()),
  },
];

/** A capture has its name for good when its directory is synced. */
export const CAPTURE_POWER = {
  name: "power: capture run",
  isPowerCut: true,
  setup: LOGGED,
  change: run(COUNT),
  company: { count: COUNT },
  boot: LOGGED,
  acknowledged: ({ code, changes }) => {
    const done = code === 0 ? changes : changes.slice(0, -1);
    const synced = done.slice(0, done.lastIndexOf(`fsync ${RING}`));
    return Object.fromEntries(
      Object.entries(captures()).filter(([name]) => synced.includes(`rename ${join(RING, name)}`)),
    );
  },
  judge: (_scenario, ended, kept) => judged("power", ended, kept),
};

/** The captures that have their names now, and what is in them. */
function captures() {
  const names = existsSync(RING) ? readdirSync(RING).filter((name) => name.endsWith(".pcapng")) : [];
  return Object.fromEntries(names.sort(inOrder).map((name) => [name, hashOf(name)]));
}

const hashOf = (name) =>
  createHash("sha256")
    .update(readFileSync(join(RING, name)))
    .digest("hex");

/** pcap-YYYYmmddHHMMSS.pcapng, and -1, -2 of the same second. */
function inOrder(one, other) {
  const [first, second] = [one, other].map((name) => name.replace(/^pcap-(\d+)(?:-(\d+))?\.pcapng$/, numbered));
  return first < second ? -1 : 1;
}
const numbered = (_, time, number = "0") => `${time}-${number.padStart(4, "0")}`;

/** @param kept captures that are there, or are told as deleted, whatever came in between */
function judged(way, ended, kept) {
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  if (existsSync(RING)) {
    const list = netlogctl("capture", "list", "--json", "--ring", RING);
    if (list.code !== 0) return { why: `capture list: ${list.stdout}${list.stderr}` };
  }
  const next = runInCompany(run(NEXT_COUNT), { count: NEXT_COUNT });
  if (next.code !== 0) return { why: `the next run: ${next.code} ${next.stderr}` };
  const removed = removedOnes();
  if (typeof removed === "string") return { why: removed };
  return whatIsLeft() ?? whatIsGone(kept, removed) ?? whatIsIn(removed, way, ended);
}

/** Nothing but captures, an index for each, and what is said of those that went. */
function whatIsLeft() {
  const names = readdirSync(RING);
  const own = names.filter((name) => /\.pcapng$/.test(name));
  const expected = [...own, ...own.map(indexName), ".lock", "removed.ndjson"];
  const left = names.filter((name) => !expected.includes(name));
  const without = own.filter((name) => !names.includes(indexName(name)));
  if (left.length > 0) return { why: `left behind: ${left.join(" ")}` };
  return without.length > 0 ? { why: `without an index: ${without.join(" ")}` } : undefined;
}

const indexName = (name) => `${name}.index.json`;

/** Packets of each capture that was deleted, as far as that was known. */
function removedOnes() {
  const path = join(RING, "removed.ndjson");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  const packets = new Map();
  for (const line of lines) {
    try {
      const told = JSON.parse(line);
      packets.set(told.file, told.packets ?? packets.get(told.file));
    } catch {
      return `removed.ndjson is torn: ${lines.join("\n")}`;
    }
  }
  return packets;
}

function whatIsGone(kept, removed) {
  const now = captures();
  for (const [name, hash] of Object.entries(kept)) {
    if (now[name] === undefined && !removed.has(name)) return { why: `${name} is gone, and nothing says so` };
    if (now[name] !== undefined && now[name] !== hash) return { why: `${name} was changed` };
  }
  return undefined;
}

/** Every capture is whole, its index is right, and together they hold what came, but for what is told. */
function whatIsIn(removed, way, ended) {
  const held = Object.keys(captures()).map(readWhole);
  const wrong = held.find(({ why }) => why !== undefined);
  if (wrong !== undefined) return wrong;
  const ports = held.flatMap((one) => one.ports);
  const before = ports.filter((port) => port < NEXT_PORT);
  const gone = [...removed.values()].reduce((sum, packets) => sum + packets, 0);
  const first = FIRST_PORT + gone;
  const expected = [
    ...before.map((_, at) => first + at),
    ...Array.from({ length: NEXT_COUNT }, (_, at) => NEXT_PORT + at),
  ];
  const isLost = !["main", "all", "power"].includes(way) && /packets were lost/.test(ended.stderr);
  if (!isLost && ports.join() !== expected.join())
    return { why: `packets ${ports} are there, ${gone} were deleted, and ${expected} should be` };
  const isWhole = ended.code === 0 && before.at(-1) === FIRST_PORT + COUNT - 1;
  return { state: isWhole ? "made" : "old" };
}

function readWhole(name) {
  const path = join(RING, name);
  const { code, stdout, stderr } = netlogctl("packets", "convert", path, "--to", "json");
  if (code !== 0 || stderr !== "") return { why: `${name}: ${code} ${stderr}` };
  const ports = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).sport]));
  const index = JSON.parse(readFileSync(join(RING, indexName(name)), "utf8"));
  const isRight = index.file === name && index.packets === ports.length && index.bytes === statSync(path).size;
  return isRight ? { ports } : { why: `${name} has ${ports}, and an index ${JSON.stringify(index)}` };
}
