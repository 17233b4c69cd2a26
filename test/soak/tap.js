// Runs a program that prints events, and adds up what it prints: as fast as it comes, or as slowly as was wished.
import { spawn } from "node:child_process";
import { Account, lineCutter } from "./account.js";
import { answer, wished } from "./channel.js";

const SAID_MAX = 50;
const { command, pauseMs = 0, numbered } = wished();
const account = new Account({ numbered });
const said = [];
let isHurried = pauseMs === 0;

const [file, ...args] = command;
const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
const { stdout } = child;
const cut = lineCutter((line) => account.take(line));
stdout.setEncoding("utf8").on("data", (text) => {
  cut(text);
  if (isHurried) return;
  stdout.pause();
  setTimeout(() => stdout.resume(), pauseMs);
});
child.stderr.setEncoding("utf8").on(
  "data",
  lineCutter((line) => {
    if (said.length < SAID_MAX) said.push(line);
  }),
);

answer({
  pid: () => child.pid,
  figures: () => ({ ...account.figures, code: child.exitCode, said }),
  hurry: (isSo) => {
    isHurried = isSo || pauseMs === 0;
    stdout.resume();
  },
  end: async () => {
    child.kill("SIGTERM");
    const code = await ended;
    return { ...account.figures, code, said };
  },
});
