import type { LogTestReport, TestOutcome } from "../verbs/log-tests.ts";
import { bold, green, red } from "./colour.ts";
import { printable, printableJson } from "./printable.ts";

export const TEST_FORMATS = ["text", "tap", "junit", "json"] as const;

/** How log tests ended, in the form that was asked for. */
export function renderLogTests(report: LogTestReport, format: string): string {
  switch (format) {
    case "json":
      return printableJson(report, 2);
    case "tap":
      return tap(report);
    case "junit":
      return junit(report);
    default:
      return text(report);
  }
}

function text({ passed, failed, tests, coverage }: LogTestReport): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const blocks = files.flatMap((file) => [
    bold(printable(file)),
    ...tests.filter((test) => test.file === file).flatMap(testLines),
  ]);
  return [...blocks, ...coverageLines(coverage), `${passed} passed, ${failed} failed`].join("\n");
}

function testLines(test: TestOutcome): string[] {
  if (test.isPassed) return [`  ${green("ok")}    ${printable(test.name)}`];
  return [
    `  ${red("FAIL")}  ${printable(test.name)} (${printable(test.where)})`,
    ...detailLines(test).map((line) => `        ${line}`),
  ];
}

/** What a test expected, what came instead, and by which rules its packets went. */
function detailLines({ failures, packets }: TestOutcome): string[] {
  const compared = failures.flatMap(({ expected, got }) => [`expected  ${expected}`, `got       ${got}`]);
  const runs = runsOf(packets);
  const ways = runs.flatMap(({ first, last, text: packet, visited }) => [
    `${first === last ? `packet ${first}` : `packets ${first} to ${last}`}  ${packet}`,
    ...wayLines(visited),
  ]);
  return [...compared, ...ways].flatMap((line) => printable(line).split("\n"));
}

function wayLines(visited: Run["visited"]): string[] {
  if (visited === null) return ["  which rules it matched could not be heard"];
  if (visited.length === 0) {
    return ["  matched no rule, or was dropped before any: malformed, without a way, or its time to live over"];
  }
  return visited.map(({ place, text: rule, verdict }) => `  ${place}: ${rule === "" ? "" : `${rule} -> `}${verdict}`);
}

interface Run {
  readonly first: number;
  last: number;
  readonly text: string;
  readonly visited: TestOutcome["packets"][number]["visited"];
}

/** Packets one after the other that went the same way, once. */
function runsOf(packets: TestOutcome["packets"]): Run[] {
  const runs: Run[] = [];
  for (const [at, { text: packet, visited }] of packets.entries()) {
    const before = runs.at(-1);
    if (before !== undefined && wayOf(before.visited) === wayOf(visited) && isRepeated(before.text, packet))
      before.last = at + 1;
    else runs.push({ first: at + 1, last: at + 1, text: packet, visited });
  }
  return runs;
}

function wayOf(visited: Run["visited"]): string {
  return (visited ?? []).map(({ place, verdict }) => `${place} ${verdict}`).join("\n");
}

/** The same but for the port of a sender that nobody named. */
function isRepeated(a: string, b: string): boolean {
  return a.replace(/:\d+ > /, " > ") === b.replace(/:\d+ > /, " > ");
}

function coverageLines(coverage: LogTestReport["coverage"]): string[] {
  if (coverage === null) return [];
  const lines = coverage.unreached.map(
    ({ source, place, where, rule }) => `  ${printable(`${where ?? source}: ${place}: ${rule}`)}`,
  );
  const head = `${coverage.reached} of ${coverage.logs} log statements were reached`;
  return [lines.length === 0 ? head : `${head}; by no test:`, ...lines];
}

/** TAP version 14 (https://testanything.org/tap-version-14-specification.html). */
function tap({ tests, coverage }: LogTestReport): string {
  const lines = tests.flatMap((test, at) => {
    const head = `${test.isPassed ? "ok" : "not ok"} ${at + 1} - ${tapText(`${test.file}: ${test.name}`)}`;
    if (test.isPassed) return [head];
    const details = {
      at: test.where,
      failures: test.failures.map(({ expected, got }) => ({ expected, got })),
      packets: detailLines({ ...test, failures: [] }),
    };
    return [
      head,
      "  ---",
      ...Object.entries(details).map(([key, value]) => `  ${key}: ${printableJson(value)}`),
      "  ...",
    ];
  });
  const notes = coverageLines(coverage).map((line) => `# ${line}`);
  return ["TAP version 14", `1..${tests.length}`, ...lines, ...notes].join("\n");
}

function tapText(name: string): string {
  return printable(name).replace(/[\\#]/g, "\\$&");
}

/** What CI systems read: a suite for each file, a case for each test. */
function junit({ passed, failed, tests }: LogTestReport): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const suites = files.map((file) => {
    const cases = tests.filter((test) => test.file === file);
    const count = cases.filter(({ isPassed }) => !isPassed).length;
    return `  <testsuite name="${xml(printable(file))}" tests="${cases.length}" failures="${count}">\n${cases.map(junitCase).join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${passed + failed}" failures="${failed}">\n${suites.join("\n")}\n</testsuites>`;
}

function junitCase(test: TestOutcome): string {
  const head = `    <testcase name="${xml(printable(test.name))}" classname="${xml(printable(test.file))}" time="${(test.durationMs / 1000).toFixed(3)}"`;
  if (test.isPassed) return `${head}/>`;
  const [first] = test.failures;
  const message = first === undefined ? "" : `expected ${first.expected}, got ${first.got}`;
  return `${head}>\n      <failure message="${xml(printable(message))}">${xml([test.where, ...detailLines(test)].join("\n"))}</failure>\n    </testcase>`;
}

function xml(value: string): string {
  const escaped = value.split("\n").map(printable).join("\n");
  return escaped.replace(/[\ufffe\uffff]/g, "\ufffd").replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
