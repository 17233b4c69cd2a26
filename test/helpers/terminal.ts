import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import headless from "@xterm/headless";
import { ROOT } from "./cli.ts";

export const PROGRAM = [process.execPath, `${ROOT}dist/bin/netlogctl.cjs`];

/** A program in a terminal of its own, whose screen can be read. */
export interface TerminalRun {
  /** The process of the program. */
  readonly pid: number;
  /** What stands on the screen now, without blanks at the ends. */
  screen(): string;
  /** Waits until the screen is so, and gives it. */
  until(isSo: string | RegExp | ((screen: string) => boolean)): Promise<string>;
  send(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Everything that it wrote. */
  written(): string;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Comes to its standard input, which is the terminal otherwise. */
  readonly input?: string;
}

const running = new Set<ChildProcess>();

/** Ends what is still running; for afterEach. */
export function endTerminals(): void {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
}

/** Runs a program as script(1) does, in a pseudo-terminal; xterm.js makes a screen of what it writes. */
export async function openTerminal(words: readonly string[], options: TerminalOptions = {}): Promise<TerminalRun> {
  const { columns = 80, rows = 24, env = {}, input } = options;
  const folder = mkdtempSync(join(tmpdir(), "netlogctl-terminal-"));
  const command = [
    `stty rows ${rows} cols ${columns}`,
    `tty > ${folder}/tty`,
    `echo $$ > ${folder}/pid`,
    `exec ${words.map(quoted).join(" ")}${input === undefined ? "" : ` < ${quoted(input)}`}`,
  ].join("; ");
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TERM: "xterm-256color",
      LC_ALL: "C.UTF-8",
      SHELL: "/bin/sh",
      ...env,
    },
  });
  running.add(child);
  const screen = new Screen(child, columns, rows);
  const started = screen
    .until((_text, written) => written !== "")
    .then(() => ["tty", "pid"].map((name) => readFileSync(join(folder, name), "utf8").trim()));
  // Whoever waits for the end sees all that was written, and a program that ends at once has begun before.
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).then(async (code) => {
    running.delete(child);
    await screen.drained();
    screen.close();
    await started.catch(() => undefined);
    rmSync(folder, { recursive: true });
    return code;
  });
  const [tty, pid] = await started;
  return {
    pid: Number(pid),
    screen: () => screen.text(),
    until: async (isSo) => await screen.until(conditionOf(isSo)),
    send: (keys) => void child.stdin?.write(keys),
    resize: (wide, high) => {
      screen.resize(wide, high);
      execFileSync("stty", ["-F", tty ?? "", "rows", String(high), "cols", String(wide)]);
    },
    written: () => screen.written,
    ended,
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

type Condition = (screen: string, written: string) => boolean;

function conditionOf(isSo: string | RegExp | ((screen: string) => boolean)): Condition {
  if (typeof isSo === "function") return isSo;
  return typeof isSo === "string" ? (screen) => screen.includes(isSo) : (screen) => isSo.test(screen);
}

/** Whoever waits in vain should be told of the screen, before the test is over. */
const PATIENCE_MS = 20_000;

/** What a terminal would show of what a process writes. */
class Screen {
  written = "";
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(child: ChildProcess, cols: number, rows: number) {
    this.#terminal = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 100 });
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#terminal.write(chunk, () => {
        this.written += chunk.toString("latin1");
        this.#tell();
      });
    });
  }

  text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: this.#terminal.rows }, (_, at) =>
      active.getLine(active.viewportY + at)?.translateToString(true),
    );
    return `${lines.join("\n").trimEnd()}\n`;
  }

  async until(isSo: Condition): Promise<string> {
    const limit = setTimeout(() => this.close(), PATIENCE_MS);
    try {
      for (;;) {
        const text = this.text();
        if (this.#isWhole() && isSo(text, this.written)) return text;
        if (this.#isClosed) throw new Error(`it stays at this:\n${text}`);
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    } finally {
      clearTimeout(limit);
    }
  }

  /** All that has come so far is on the screen. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  /** Between picture and picture: each says where it begins and where it ends (mode 2026). */
  #isWhole(): boolean {
    return this.written.split("\u001b[?2026h").length === this.written.split("\u001b[?2026l").length;
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  close(): void {
    this.#isClosed = true;
    this.#tell();
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
