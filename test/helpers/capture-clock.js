// Captures by another clock than the machine's: directory, group, offset in ms, rate, then rotation as JSON. Says "captures",
// and ends with its input.
import { fileURLToPath } from "node:url";
import { captures, openHost, openSniffer, runCapture } from "../../dist/src/index.js";

const [directory, group, offsetMs, rate, rotation] = process.argv.slice(2);
const bounds = { filesMax: undefined, bytesMax: undefined, ageSecondsMax: undefined, freeBytesMin: 0 };
const settings = {
  source: { kind: "groups", groups: [Number(group)], link: "ethernet" },
  snaplen: 0,
  ring: { directory, rotation: JSON.parse(rotation), bounds },
};
const parts = {
  open: captures(fileURLToPath(new URL("../../dist/bin/capture-worker.cjs", import.meta.url))),
  openSniffer,
  notify: Object.assign(() => {}, { watchdogMs: undefined }),
};
const over = new AbortController();
process.stdin.resume().once("end", () => over.abort());
const say = (line) => process.stdout.write(`${line}\n`);
const clock = { offsetMs: Number(offsetMs), rate: Number(rate) };
const wish = { settings, roomBytes: 2 ** 20, countMax: undefined, clock };
await runCapture(await openHost({}), parts, wish, { say, signal: over.signal, onStart: () => say("captures") });
