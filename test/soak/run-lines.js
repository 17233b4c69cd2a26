// Runs a program and hands on what it prints.
import { spawn } from "node:child_process";
import { ENV } from "../../bench/lab.js";

const SAID_MAX = 2000;

/** Its exit code, and what it said on its standard error. */
export function runLines([file, ...args], take) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: ENV, stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr = `${stderr}${text}`.slice(0, SAID_MAX);
    });
    child.once("close", (code, signal) => resolve({ code: code ?? signal, stderr }));
  });
}
