// Reads its standard input far more slowly than it is written, and prints those of its lines that hold a text: slow-reader.js TEXT
import { readSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [, , text] = process.argv;
const buffer = Buffer.alloc(64 * 1024);
let rest = "";
for (let count = readSync(0, buffer); count > 0; count = readSync(0, buffer)) {
  const lines = `${rest}${buffer.toString("utf8", 0, count)}`.split("\n");
  rest = lines.pop();
  for (const line of lines) if (line.includes(text)) process.stdout.write(`${line}\n`);
  await pause(50);
}
