#!/usr/bin/env node
import { flush, run } from "@oclif/core";
import { report } from "./cli/report.ts";

try {
  await run(process.argv.slice(2), import.meta.url);
  await flush();
} catch (error) {
  process.exitCode = report(error, process.argv.includes("--json"));
}
