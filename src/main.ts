#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { flush, run } from "@oclif/core";
import { report } from "./cli/report.ts";

try {
  // What runs as root loads no code from anybody's home: plugins of a user are not looked for.
  await run(process.argv.slice(2), { root: fileURLToPath(import.meta.url), userPlugins: false, devPlugins: false });
  await flush();
} catch (error) {
  process.exitCode = report(error, process.argv.includes("--json"));
}
