// Adds up vitest's JSON reports in a directory and prints `N passed, N failed`; skipped tests fail under
// NETLOGCTL_KERNEL=require.
import { readdirSync, readFileSync } from "node:fs";

const directory = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(directory)) {
  const report = JSON.parse(readFileSync(`${directory}/${name}`, "utf8"));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + report.numFailedTestSuites * (report.numFailedTests === 0 ? 1 : 0);
  total.skipped += report.numPendingTests + report.numTodoTests;
}
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
const isRequired = process.env.NETLOGCTL_KERNEL === "require";
process.exitCode = total.failed > 0 || total.passed === 0 || (isRequired && total.skipped > 0) ? 1 : 0;
