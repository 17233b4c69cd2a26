// Writes into dist/completion what bash, zsh and fish are to source: the shell's own part beside this file, and the words of
// all commands in the place of its line @WORDS@.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { commandWords } from "./completion/words.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = `${root}dist/completion`;
const { oclif } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const { commands } = JSON.parse(readFileSync(`${root}oclif.manifest.json`, "utf8"));
const all = commandWords(Object.entries(commands), oclif.topics);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
for (const [file, render] of [
  ["netlogctl.bash", posixCase],
  ["netlogctl.zsh", posixCase],
  ["netlogctl.fish", fishCase],
]) {
  const shell = readFileSync(`${root}scripts/completion/${file}`, "utf8");
  writeFileSync(
    `${outdir}/${file}`,
    shell.replace(/^ *# @WORDS@$/m, () => all.map(render).join("\n")),
  );
}

/** bash and zsh spell it alike. */
function posixCase(command) {
  const { words, next, flags, args, isOpen } = linesOf(command);
  return `    ${quote(words)})
      next=(${next.map(quote).join(" ")})
      flags=(${flags.map(quote).join("\n        ")})
      args=(${args.map(quote).join(" ")})
      open=${isOpen ? 1 : 0}
      ;;`;
}

function fishCase(command) {
  const { words, next, flags, args, isOpen } = linesOf(command);
  return `        case ${fishQuote(words)}
            set -g __netlogctl_next ${next.map(fishQuote).join(" ")}
            set -g __netlogctl_flags ${flags.map(fishQuote).join(" \\\n                ")}
            set -g __netlogctl_args ${args.map(fishQuote).join(" ")}
            set -g __netlogctl_open ${isOpen ? 1 : 0}`;
}

/** The parts of a line stand between bars, what is told last. */
function linesOf({ words, next, flags, args, isOpen }) {
  return {
    words,
    isOpen,
    args,
    next: next.map(([word, about]) => `${word}|${about}`),
    flags: flags.map(({ long, char, isMany, takes, kind, about }) =>
      [`--${long}`, char && `-${char}`, isMany ? "many" : "", takes ? "value" : "", kind, about].join("|"),
    ),
  };
}

/** Within single quotes nothing is expanded. */
function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuote(text) {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
