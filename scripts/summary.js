// Adds up vitest's JSON reports in a directory: names what failed and the slowest files, and ends with
// `N passed, N failed`; skipped tests fail under NETLOGCTL_KERNEL=require.
import { readdirSync, readFileSync } from "node:fs";

const directory = process.argv[2];
const slowest = 12;
const total = { passed: 0, failed: 0, skipped: 0 };
const files = [];
const tell = (line) => process.stdout.write(`${line}\n`);

/** A test's fault in a few lines; of a file that could not be run, its own. */
const tellFault = (title, message) =>
  tell(`failed: ${title}\n  ${(message ?? "").split("\n").slice(0, 12).join("\n  ")}`);

for (const name of readdirSync(directory)) {
  const report = JSON.parse(readFileSync(`${directory}/${name}`, "utf8"));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + report.numFailedTestSuites * (report.numFailedTests === 0 ? 1 : 0);
  total.skipped += report.numPendingTests + report.numTodoTests;
  for (const file of report.testResults) {
    const path = file.name.replace(/^.*\/(?=test\/)/, "");
    files.push({ path: `${name.replace(".json", "")} ${path}`, seconds: (file.endTime - file.startTime) / 1000 });
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    for (const test of failed) tellFault(`${path}: ${test.fullName}`, test.failureMessages[0]);
    if (file.status === "failed" && failed.length === 0) tellFault(path, file.message);
  }
}
files.sort((one, other) => other.seconds - one.seconds);
for (const { path, seconds } of files.slice(0, slowest)) tell(`${seconds.toFixed(0).padStart(4)} s  ${path}`);
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
tell(`${total.passed} passed, ${total.failed} failed${skipped}`);
const isRequired = process.env.NETLOGCTL_KERNEL === "require";
process.exitCode = total.failed > 0 || total.passed === 0 || (isRequired && total.skipped > 0) ? 1 : 0;
