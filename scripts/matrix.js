// Prints a table of vitest's JSON reports in a directory, a line for each: name, checks that passed, that failed, seconds.
// Exits with 1 if one failed or ran no check.
import { readdirSync, readFileSync } from "node:fs";

const directory = process.argv[2];
const rows = readdirSync(directory)
  .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  .map((name) => {
    const report = JSON.parse(readFileSync(`${directory}/${name}`, "utf8"));
    const ended = Math.max(...report.testResults.map(({ endTime }) => endTime));
    return {
      name: name.replace(/\.json$/, ""),
      passed: report.numPassedTests,
      failed: report.numFailedTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0),
      skipped: report.numPendingTests + report.numTodoTests,
      seconds: Math.round((ended - report.startTime) / 1000),
    };
  });

const width = Math.max(...rows.map(({ name }) => name.length), "run on".length);
const line = (name, ...cells) => `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join("")}\n`;
process.stdout.write(line("run on", "passed", "failed", "skipped", "seconds"));
for (const { name, passed, failed, skipped, seconds } of rows) {
  process.stdout.write(line(name, passed, failed, skipped, seconds));
}
process.exitCode = rows.length === 0 || rows.some(({ passed, failed }) => failed > 0 || passed === 0) ? 1 : 0;
