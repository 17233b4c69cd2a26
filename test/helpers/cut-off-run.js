// Runs a verb on the real machine and sends itself a signal after the K-th call that changes something, so that tests can
// cut a change off at every point: cut-off-run.js SIGKILL K set|recover
// Prints how many such calls there were if it comes to its end.
import { interruptible } from "../../dist/src/cli/interruption.js";
import { openHost } from "../../dist/src/host/open-host.js";
import { setDefaultLog } from "../../dist/src/verbs/default-log.js";
import { recoverBeforeReading } from "../../dist/src/verbs/journal.js";

const CHANGING = ["writeKernel", "replaceFile", "removeFile", "makeDirectory", "run", "lock"];
const WANTED = { ip: { to: "user", group: 0 }, ip6: { to: "user", group: 0 }, arp: { to: "none" } };

const [, , signalName, last, verb] = process.argv;
const host = { ...(await openHost({})) };
let calls = 0;
for (const name of CHANGING) {
  const act = host[name];
  host[name] = async (...args) => {
    const result = await act(...args);
    calls += 1;
    if (calls === Number(last)) process.kill(process.pid, signalName);
    return result;
  };
}

const say = (line) => process.stderr.write(`${line}\n`);
if (verb === "recover") await recoverBeforeReading(host, say);
else {
  const options = { isDryRun: false, lockTimeoutMs: 10_000, say };
  await interruptible((signal) => setDefaultLog(host, WANTED, true, { ...options, signal }));
}
process.stdout.write(`${calls}\n`);
