// Captures as `netlogctl capture run -f INTENT` does, by a clock that is ahead of that of the machine and goes at another pace:
// capture-clock.js INTENT OFFSET_MS RATE. Says that it captures, and ends with its input.
import { fileURLToPath } from "node:url";
import { captures, openHost, openSniffer, readCaptureSettings, runCapture } from "../../dist/src/index.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [intent, offsetMs, rate] = process.argv.slice(2);
const host = await openHost({});
const settings = await readCaptureSettings(host, {}, intent, { given: [], own: here("../../templates") });
const parts = {
  open: captures(here("../../dist/bin/capture-worker.cjs")),
  openSniffer,
  notify: Object.assign(() => {}, { watchdogMs: undefined }),
};
const over = new AbortController();
process.stdin.resume().once("end", () => over.abort());
const say = (line) => process.stdout.write(`${line}\n`);
const clock = { offsetMs: Number(offsetMs), rate: Number(rate) };
const wish = { settings, roomBytes: 8 * 2 ** 20, countMax: undefined, clock };
await runCapture(host, parts, wish, { say, signal: over.signal, onStart: say });
