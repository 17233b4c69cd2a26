import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./cli.ts";

/** A directory with a program netlogctl that tells what it was called with, and what it says of each kind of values. */
export function openBench(values: Readonly<Record<string, readonly string[]>>): Bench {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
  for (const [kind, lines] of Object.entries(values)) {
    writeFileSync(join(directory, `values-${kind}`), lines.map((line) => `${line}\n`).join(""));
  }
  writeFileSync(join(directory, "called"), "");
  writeFileSync(
    join(directory, "netlogctl"),
    `#!/bin/sh
if [ "$1 $2" = "completion --values" ]; then exec cat "${directory}/values-$3"; fi
{ for word; do printf '<%s>' "$word"; done; echo; } >> "${directory}/called"
`,
    { mode: 0o755 },
  );
  return new Bench(directory);
}

/** The shells as they stand at a terminal, without anybody's settings. */
const INTERACTIVE = { bash: "bash --norc -i", zsh: "zsh -f -i", fish: "fish --no-config -i" };

/** Where completions are tried in the shells themselves. */
class Bench {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get env(): Record<string, string> {
    const PATH = `${this.directory}:${process.env["PATH"] ?? "/usr/bin:/bin"}`;
    return { PATH, HOME: this.directory, TERM: "xterm", LC_ALL: "C.UTF-8" };
  }

  /** What the function of bash answers for a line up to the cursor. */
  async bash(line: string, type = 9): Promise<string[]> {
    const parts = [...(line.match(/[=:]+|[^\s=:]+/g) ?? []), ...(line.endsWith(" ") ? [""] : [])];
    const script = `source "$1"; shift; COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=${type} COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2))
_netlogctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const words = ["--norc", "-c", script, "bash", scriptOf("bash"), line, ...parts];
    return await this.#lines("bash", words);
  }

  /** What fish offers for a line, with what it tells of each. */
  async fish(line: string): Promise<string[]> {
    return await this.#lines("fish", ["--no-config", "-c", `source ${scriptOf("fish")}; complete -C $argv[1]`, line]);
  }

  /** Types these lines in a shell at a terminal; answers what netlogctl was called with, a line each. */
  async type(shell: "bash" | "zsh" | "fish", lines: readonly string[]): Promise<string[]> {
    const start = shell === "zsh" ? [`autoload -U compinit; compinit -u -d ${this.directory}/dump`] : [];
    await execa("script", ["-qec", INTERACTIVE[shell], "/dev/null"], {
      env: this.env,
      extendEnv: false,
      cwd: this.directory,
      input: [...start, `source ${scriptOf(shell)}`, ...lines, "exit", ""].join("\n"),
      reject: false,
    });
    return readFileSync(join(this.directory, "called"), "utf8").split("\n").slice(0, -1);
  }

  close(): void {
    rmSync(this.directory, { recursive: true });
  }

  async #lines(file: string, words: readonly string[]): Promise<string[]> {
    const { stdout, stderr } = await execa(file, words, { env: this.env, extendEnv: false, cwd: this.directory });
    return [...stdout.split("\n"), ...stderr.split("\n")].filter((line) => line !== "");
  }
}

function scriptOf(shell: string): string {
  return `${ROOT}dist/completion/netlogctl.${shell}`;
}
