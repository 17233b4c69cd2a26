#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { run } from "@oclif/core";
import { report, reportOutput } from "./cli/report.ts";

// Whoever closes the pipe early has read enough; an answer that cannot be written is a fault. oclif's own listener throws.
process.stdout.removeAllListeners("error");
process.stdout.on("error", (error) => {
  process.exitCode = reportOutput(error);
});
process.stderr.on("error", () => {});

try {
  // What runs as root loads no code from anybody's home: plugins of a user are not looked for.
  const [first, ...rest] = process.argv.slice(2);
  const words = first === "help" ? [...rest, "--help"] : process.argv.slice(2);
  await run(words, { root: fileURLToPath(import.meta.url), userPlugins: false, devPlugins: false });
} catch (error) {
  process.exitCode = report(error, process.argv.includes("--json"));
}
