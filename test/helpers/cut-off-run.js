// Runs a verb on the real machine and sends itself a signal after the K-th call that changes something, so that tests can
// cut a change off at every point: cut-off-run.js SIGKILL K VERB ARGUMENTS
// Prints how many such calls there were if it comes to its end. Ends as the command would.
import { SIGNAL_EXITS } from "../../dist/src/cli/exit-codes.js";
import { interruptible } from "../../dist/src/cli/interruption.js";
import { monotonicMs } from "../../dist/src/cli/wait.js";
import { openHost } from "../../dist/src/host/open-host.js";
import { applyWish, NO_RULES } from "../../dist/src/verbs/apply-rules.js";
import { readWanted, setDefaultLog } from "../../dist/src/verbs/default-log.js";
import { setFlowSettings } from "../../dist/src/verbs/flow-settings.js";
import { recoverBeforeReading } from "../../dist/src/verbs/journal.js";
import { readWish } from "../../dist/src/verbs/plan-rules.js";
import { rollbackPending, wishOfRevision } from "../../dist/src/verbs/rollback.js";

const CHANGING = [
  "writeKernel",
  "replaceFile",
  "writeScratch",
  "removeFile",
  "makeDirectory",
  "run",
  "startDetached",
  "lock",
];
const WANTED = { ip: { to: "user", group: 0 }, ip6: { to: "user", group: 0 }, arp: { to: "none" } };
const TEMPLATES = { given: [], own: new URL("../../templates", import.meta.url).pathname };

const [, , signalName, last, verb, ...rest] = process.argv;
const host = { ...(await openHost({})) };
let calls = 0;
for (const name of CHANGING) {
  const act = host[name];
  host[name] = async (...args) => {
    const result = await act(...args);
    const isLooking = name === "run" && args[0] === "nft" && args[1].includes("list");
    if (!isLooking) calls += 1;
    if (!isLooking && calls === Number(last)) process.kill(process.pid, signalName);
    return result;
  };
}

const say = (line) => process.stderr.write(`${line}\n`);
const wishOf = (file) => readWish(host, file, { templates: TEMPLATES, say });
/** Armed as by --confirm-within, but nobody comes. */
const guard = { withinSeconds: 600, program: ["true"], id: "0123456789abcdef", monotonicMs };

const VERBS = {
  recover: () => recoverBeforeReading(host, say),
  set: (options) => setDefaultLog(host, WANTED, true, options),
  "default-log": async (options) => setDefaultLog(host, await readWanted(host, rest), false, options),
  flows: (options) => setFlowSettings(host, rest, options),
  apply: async (options) => applyWish(host, await wishOf(rest[0]), options),
  "apply-unconfirmed": async (options) => applyWish(host, await wishOf(rest[0]), { ...options, guard }),
  rollback: async (options) => applyWish(host, await wishOfRevision(host, Number(rest[0])), options),
  "take-back": (options) => rollbackPending(host, { id: undefined, why: "by hand" }, options),
  remove: (options) => applyWish(host, NO_RULES, options),
};
try {
  await interruptible((signal) => VERBS[verb]({ isDryRun: false, lockTimeoutMs: 10_000, say, signal }));
  process.stdout.write(`${calls}\n`);
} catch (error) {
  say(String(error.message));
  process.exitCode = SIGNAL_EXITS[error.cause] ?? 1;
}
