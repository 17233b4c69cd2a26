// Plans an intent, says so, and carries that very plan out when its standard input ends: plan-then-apply.js FILE
// Prints what came of it: "applied", or the fault as JSON.
import { applyPlan, openHost, planWish, readWish } from "../../dist/src/index.js";

const host = await openHost({});
const say = (line) => process.stderr.write(`${line}\n`);
const templates = { given: [], own: new URL("../../templates", import.meta.url).pathname };
const wish = await readWish(host, process.argv[2], { templates, say });
const { plan } = await planWish(host, wish);
process.stdout.write("planned\n");
for await (const _ of process.stdin);
try {
  const signal = new AbortController().signal;
  await applyPlan(host, wish, plan, { isDryRun: false, lockTimeoutMs: 60_000, say, signal });
  process.stdout.write("applied\n");
} catch ({ code, message, remedy }) {
  process.stdout.write(`${JSON.stringify({ code, message, remedy })}\n`);
}
