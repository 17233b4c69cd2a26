// NFLOG packets into files in memory: netlogctl capture run beside tcpdump -i nflog:G -w and netlogctl packets stream --json, in
// the same run, interleaved. Microseconds of processor time for each packet from when it listens until all is written, what was
// lost, memory. Run it through `npm run bench:capture`: it needs root and a network namespace of its own, gcc and tcpdump.
// Arguments: packets (each is logged four times), rounds, packets a second (0: as fast as it goes).
import { spawnSync } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { GROUP, measureReader, median, netlogctl, setUp, TIMES } from "./nflog.js";

const [PACKETS = 300_000, ROUNDS = 3, RATE = 0] = process.argv.slice(2).map(Number);
setUp();

const OUT = "/run/out";
const RING = "/run/ring";
const ours = (...words) => netlogctl(...words, "-g", String(GROUP));
const capture = (link) =>
  ours("capture", "run", "--ring", RING, "--size", "4GiB", "--free", "1KiB", "--linktype", link);
const recordsIn = (path) => {
  const bytes = readFileSync(path);
  let count = 0;
  for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) count += 1;
  return count;
};
const linesIn = (path) => Number(spawnSync("wc", ["-l", path], { encoding: "utf8" }).stdout.split(" ")[0]);
const packetsIn = () =>
  readdirSync(RING)
    .filter((name) => name.endsWith(".index.json"))
    .reduce((sum, name) => sum + JSON.parse(readFileSync(`${RING}/${name}`, "utf8")).packets, 0);
const cases = {
  "tcpdump -w": { command: ["tcpdump", "-i", `nflog:${GROUP}`, "-n", "-w", OUT], count: () => recordsIn(OUT) },
  "tcpdump -w, 64 MiB": {
    command: ["tcpdump", "-i", `nflog:${GROUP}`, "-n", "-B", "65536", "-w", OUT],
    count: () => recordsIn(OUT),
  },
  "capture run, ethernet": { command: capture("ethernet"), count: packetsIn },
  "capture run, raw": { command: capture("raw"), count: packetsIn },
  "capture run, nflog": { command: capture("nflog"), count: packetsIn },
  "packets stream --json": { command: ours("packets", "stream", "--json"), count: () => linesIn(OUT), isToOut: true },
};

async function measure({ command, count, isToOut = false }) {
  rmSync(OUT, { force: true });
  rmSync(RING, { recursive: true, force: true });
  mkdirSync(RING);
  const stdout = isToOut ? openSync(OUT, "w") : "ignore";
  const { seconds, ...more } = await measureReader(command, { stdout, packets: PACKETS, rate: RATE });
  const packets = count();
  return { ...more, micros: (1e6 * seconds) / packets, lost: 1 - packets / (PACKETS * TIMES) };
}

const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, one] of Object.entries(cases)) results[name].push(await measure(one));
}
rmSync(OUT, { force: true });
rmSync(RING, { recursive: true, force: true });

const of = (name, key) => median(results[name].map((one) => one[key]));
const [peer, stream] = [of("tcpdump -w", "micros"), of("packets stream --json", "micros")];
process.stdout.write(
  `${PACKETS * TIMES} packets; processor time of each, beside tcpdump; rate beside packets stream; lost; memory\n`,
);
for (const name of Object.keys(cases)) {
  const micros = of(name, "micros");
  const line = [
    name.padEnd(24),
    `${micros.toFixed(2).padStart(6)} us`,
    `${(micros / peer).toFixed(2).padStart(5)} x`,
    `${(stream / micros).toFixed(2).padStart(5)} x`,
    `${(100 * of(name, "lost")).toFixed(1).padStart(5)} %`,
    `${of(name, "memory").toFixed(0).padStart(4)} MB`,
    `sent ${((of(name, "rate") * TIMES) / 1e6).toFixed(2)} M/s`,
  ];
  process.stdout.write(`${line.join("  ")}\n`);
}
