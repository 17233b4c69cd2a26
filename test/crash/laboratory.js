// What the harness does in its namespaces: it runs commands, saves the state, takes it back, and looks at it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const MAIN = `${ROOT}dist/bin/netlogctl.cjs`;
/** Where the harness keeps its own; nothing there counts as a change. */
export const OWN = "/mnt/crash";

/** What netlogctl may write to. */
const KEPT = [
  "/run/netlogctl",
  "/var/lib/netlogctl",
  "/etc/netlogctl",
  "/etc/netns",
  "/etc/modules-load.d",
  "/etc/systemd/system",
  "/etc/tmpfiles.d",
  "/etc/sysusers.d",
  "/srv",
];
const FLOW_SETTINGS = "/proc/sys/net/netfilter/nf_conntrack_{acct,timestamp}";
const PREAMBLE = `cd /; netlogctl() { '${process.execPath}' '${MAIN}' "$@"; }`;

/** A script in which `netlogctl` is this one. */
export function sh(script) {
  return run("bash", ["-c", `${PREAMBLE}\n${script}`]);
}

/** The same; it has to end with 0. */
export function mustSh(script) {
  const { code, stdout, stderr } = sh(script);
  if (code !== 0) throw new Error(`${script}\nended with ${code}: ${stdout}${stderr}`);
  return stdout;
}

export function netlogctl(...args) {
  return run(process.execPath, [MAIN, ...args]);
}

export function run(file, args) {
  const { status, signal, stdout, stderr, error } = spawnSync(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 1 << 28,
  });
  if (error !== undefined && error.code !== "ETIMEDOUT") throw error;
  return { code: status ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}\nended by ${signal}` };
}

/** Keeps files, ruleset and bindings as they are now. */
export function save() {
  rmSync(`${OWN}/saved`, { recursive: true, force: true });
  for (const place of KEPT) copy(place, `${OWN}/saved${place}`);
  mustSh(`{ echo flush ruleset; nft list ruleset; } > ${OWN}/saved.nft; cp /etc/group ${OWN}/group
awk '{ print $1, $2 }' /proc/net/netfilter/nf_log > ${OWN}/saved.bound
for name in ${FLOW_SETTINGS}; do echo $name $(cat $name); done > ${OWN}/saved.flows`);
}

/** Takes back what was kept; what still runs is ended. */
export function takeBack() {
  endAll();
  for (const place of KEPT) {
    clear(place);
    copy(`${OWN}/saved${place}`, place);
  }
  mustSh(`set -e; nft -f ${OWN}/saved.nft; cp ${OWN}/group /etc/group
while read row logger; do echo $logger > /proc/sys/net/netfilter/nf_log/$row; done < ${OWN}/saved.bound
while read name value; do echo $value > $name; done < ${OWN}/saved.flows`);
}

/** As a lab begins. */
export function startAnew() {
  endAll();
  for (const place of KEPT) clear(place);
  mustSh("nft flush ruleset; for row in 2 3 5 7 10; do echo NONE > /proc/sys/net/netfilter/nf_log/$row; done");
}

function copy(from, to) {
  if (existsSync(from)) cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** A directory that something is mounted on stays. */
function clear(place) {
  if (!existsSync(place)) return;
  for (const name of readdirSync(place)) rmSync(join(place, name), { recursive: true, force: true });
  try {
    rmSync(place, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== "EBUSY") throw error;
  }
}

/** Ends every process of these namespaces but this one, the first of them. */
export function endAll() {
  for (;;) {
    const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isAlive(name));
    if (others.length === 0) return;
    for (const pid of others) endOne(Number(pid));
  }
}

/** Waits until nothing else runs here: what was started by one that is killed goes on for a moment. */
export function othersEnd() {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    if (!readdirSync("/proc").some((name) => /^\d+$/.test(name) && isAlive(name))) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

function endOne(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}

function isAlive(name) {
  if (Number(name) === process.pid) return false;
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${name}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** A file of these may stay wherever it is killed: it is no state. */
const NO_STATE = /\/(lock|serve\.lock)$/;
/** What is to be gone once the next command has run. */
const TEMPORARY =
  /\/(\.[^/]*\.new|journal\.json|transaction\.json|question-\d+\.json|[^/]*\.part-\d+|\.[^/]*\.part[^/]*)(\/.*)?$/;

/** Rules, bindings and files as text; times and identifiers of a run are left out. */
export function look() {
  const files = KEPT.flatMap((place) => filesBelow(place)).filter((path) => !NO_STATE.test(path));
  const texts = files.filter((path) => !TEMPORARY.test(path)).map((path) => `== ${path}\n${textOf(path)}`);
  const kernel = mustSh(`nft -s list ruleset; awk '{ print $1, $2 }' /proc/net/netfilter/nf_log; cat ${FLOW_SETTINGS}`);
  const text = [kernel, ...texts]
    .join("\n")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/"id":"[0-9a-f]{16}"/g, '"id":"ID"');
  return { text, temporary: files.filter((path) => TEMPORARY.test(path)) };
}

export function filesBelow(place) {
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function textOf(path) {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    return error.code;
  }
}

export function prepareOwn() {
  mkdirSync(OWN, { recursive: true });
  mustSh(`rm -f ${OWN}/gate; mkfifo ${OWN}/gate`);
}
