// Cuts a command off before each system call that changes something, and sees to it that nothing is left half done.
import { existsSync, readFileSync } from "node:fs";
import { companyEnd, keepCompany } from "./company.js";
import { untold } from "./fault.js";
import { look, MAIN, mustSh, netlogctl, OWN, save, startAnew, takeBack } from "./laboratory.js";
import { trace } from "./tracer.js";

/** A point without end means that the command never comes to its end. */
const POINTS_MAX = 2000;

/** How a command may be cut off; anything else is the name of an error that the call answers with. */
const KILLS = { main: "main", all: "all", caller: "caller" };

/**
 * @param way "main": kill -9 of netlogctl; "all": of what it started, too; "caller": of the program that makes the call, as
 *   where memory gives out; "ENOSPC" and the like: the call is answered so
 * @param points which of so many points are tried
 * @returns { name, way, points, tried, old, made, failures: [{ point, what, why }] }
 */
export function crash(scenario, way, points) {
  const prepared = prepare(scenario);
  const tried = points(prepared.changes.length);
  const result = { name: scenario.name, way, points: prepared.changes.length, tried: 0, old: 0, made: 0, failures: [] };
  for (const point of tried.filter((number) => number <= POINTS_MAX)) {
    const ended = onePoint(scenario, way, point, prepared);
    result.tried += 1;
    if (ended.why === undefined) result[ended.state] += 1;
    else result.failures.push(ended);
  }
  return result;
}

/** The state before, the state that the command makes, and what it changes on the way. */
function prepare(scenario) {
  startAnew();
  mustSh(scenario.setup);
  save();
  begin(scenario);
  const old = seen(scenario);
  const whole = traced(scenario, undefined);
  if (whole.code !== 0) throw new Error(`${scenario.name} ended with ${whole.code}: ${whole.stderr}`);
  const made = seen(scenario);
  if (made.text === old.text) throw new Error(`${scenario.name} changes nothing`);
  return { old: old.text, made: made.text, changes: whole.changes };
}

function begin(scenario) {
  if (scenario.isAnew) {
    startAnew();
    mustSh(scenario.setup);
  } else takeBack();
  if (scenario.begin !== undefined) mustSh(scenario.begin);
}

function seen(scenario) {
  return scenario.look?.() ?? look();
}

/** Runs the command of a scenario under `decide`, and tells how it ended and what it said. */
export function traced(scenario, decide) {
  const [out, err] = [`${OWN}/out`, `${OWN}/err`];
  const argv = [process.execPath, ...(scenario.argv ?? [MAIN, ...scenario.change])];
  const begun = (pid) => scenario.company && keepCompany(pid, scenario.company);
  const ended = trace(argv, { out, err, gate: `${OWN}/gate`, decide, begun });
  if (scenario.company !== undefined) ended.company = companyEnd();
  return { ...ended, stdout: readFileSync(out, "utf8"), stderr: readFileSync(err, "utf8") };
}

function onePoint(scenario, way, point, prepared) {
  begin(scenario);
  let what = "behind the last";
  const ended = traced(scenario, (change, number, isMain) => {
    if (number !== point) return undefined;
    what = isMain ? change : `${change} (a child)`;
    if (KILLS[way] === undefined) return { errno: way };
    return way === "caller" && isMain ? undefined : { kill: way };
  });
  const judged = (scenario.judge ?? judge)(scenario, way, point, ended, prepared);
  return { point, what, ...judged };
}

function judge(scenario, way, point, ended, prepared) {
  const isCut = way === "main" || way === "all";
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  const state = stateOf(scenario, nextOf(scenario), prepared);
  if (state.why !== undefined) return state;
  if (!isCut && ended.code === 0 && state.state === "old") return failed("it said that it was done, and it is not");
  return again(scenario, state, point);
}

/** The next command; behind a guard, which looks for a moment whether it is still meant. */
function nextOf({ next: words = ["logger", "list"] }) {
  const next = netlogctl(...words);
  if (!/another netlogctl is at work/.test(next.stderr)) return next;
  mustSh("flock -w 20 /run/netlogctl/lock true");
  return netlogctl(...words);
}

/** What is behind the next command, which has to say so. */
function stateOf(scenario, next, prepared) {
  if (next.code !== 0) return failed("the next command", next.stderr);
  const { text, temporary } = seen(scenario);
  if (text !== prepared.old && text !== prepared.made)
    return failed("neither old nor new", difference(text, prepared), next.stderr);
  const state = text === prepared.made ? "made" : "old";
  const expected = state === "made" ? /it stands|is finished/ : /is undone/;
  if (next.stderr !== "" && !expected.test(next.stderr))
    return failed(`it is ${state}, and that is not what was said`, next.stderr);
  const left = temporary.filter((path) => !NEXT_CHANGE.test(path));
  return left.length > 0 ? failed("left behind", left.join(" ")) : { state };
}

/** What the next change removes; one that only reads does not. */
const NEXT_CHANGE = /\/(\.journal\.json\.new|question-\d+\.json)$/;

/** The lock is free; and at some of the points the whole change is made once more. */
function again(scenario, state, point) {
  if (mustSh("flock -w 20 /run/netlogctl/lock true && echo free || true") === "" && existsSync("/run/netlogctl/lock"))
    return failed("the lock is held");
  if (point % THOROUGH !== 0 || (scenario.isOnce && state.state === "made")) return state;
  const { code, stderr } = netlogctl(...scenario.change);
  if (code !== 0) return failed("the command once more", stderr);
  const { temporary } = seen(scenario);
  return temporary.length === 0 ? state : failed("left behind in the end", temporary.join(" "));
}

const THOROUGH = 4;
const failed = (...why) => ({ why: why.join(": ") });

/** The lines that are of neither state. */
function difference(text, { old, made }) {
  const lines = text.split("\n");
  const without = (state) => lines.filter((line) => !state.split("\n").includes(line)).slice(0, 5);
  const missing = (state) =>
    state
      .split("\n")
      .filter((line) => !lines.includes(line))
      .slice(0, 5);
  return `not of old: ${JSON.stringify(without(old))}, lacks ${JSON.stringify(missing(old))}; not of new: ${JSON.stringify(without(made))}, lacks ${JSON.stringify(missing(made))}`;
}
