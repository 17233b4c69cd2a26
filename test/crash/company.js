// What runs on by itself gets company in the background: it is sent packets that rules log, and is ended.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { MAIN, mustSh, OWN, ROOT, run } from "./laboratory.js";

const PROGRAM = `${ROOT}test/crash/company-program.js`;
const LOG = `${OWN}/company.log`;
const ERR = `${OWN}/err`;

/** The ports that packets come from: of what is cut off, and of the next one. */
export const FIRST_PORT = 20_001;
export const NEXT_PORT = 30_001;

/** Rules that log packets to group 1 under two topics. */
export const LOGGED = `nft -f - << 'END'
table inet t {
  chain out {
    type filter hook output priority 0
    udp dport 9 log prefix "one:a " group 1
    udp dport 10 log prefix "two:b " group 1
  }
}
END`;

/** Begins to keep the traced process company. */
export function keepCompany(pid, { count, directory = "" }) {
  rmSync(LOG, { force: true });
  rmSync(ERR, { force: true });
  mustSh(`: > ${ERR}; exec 9> ${OWN}/company.lock; flock 9
'${process.execPath}' '${PROGRAM}' ${pid} ${ERR} ${LOG} ${FIRST_PORT} ${count} ${directory} > ${OWN}/company.out 2>&1 &`);
}

/** Waits until it is over, and tells what it saw. */
export function companyEnd() {
  mustSh(`flock ${OWN}/company.lock true`);
  return seenIn(LOG);
}

/** Runs a command that has company, to its end, untraced. */
export function runInCompany(words, { count, directory = "" }) {
  const [err, log] = [`${OWN}/next.err`, `${OWN}/next.log`];
  rmSync(log, { force: true });
  const company = `'${process.execPath}' '${PROGRAM}' $! ${err} ${log} ${NEXT_PORT} ${count} ${directory}`;
  const script = `: > ${err}; "$@" 2> ${err} & ${company}; wait $!`;
  const { code, stdout } = run("bash", ["-c", script, "bash", process.execPath, MAIN, ...words]);
  return { code, stdout, stderr: readFileSync(err, "utf8"), ...seenIn(log) };
}

function seenIn(log) {
  const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  const numbersOf = (word) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.split(" ")[1])] : []));
  return {
    sent: numbersOf("sent"),
    told: numbersOf("told"),
    written: Math.max(0, ...numbersOf("written")),
    isImpatient: lines.includes("patience"),
  };
}
