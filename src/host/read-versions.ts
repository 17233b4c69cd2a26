import { writeSync } from "node:fs";
import { release } from "node:os";
import { VERSION } from "../version.ts";
import { programEnvironment } from "./run-program.ts";

/** Whether the words ask for the version of the program in that file, and it could be written: else it is told as of any answer why not. */
export function tellVersion(words: readonly string[], program: string): boolean {
  if (!["--version", "-v", "-V"].includes(words[0] ?? "")) return false;
  const versions = readVersions(program);
  const text = words.includes("--json") ? JSON.stringify(versions, undefined, 2) : renderVersions(versions);
  try {
    return writeSync(1, `${text}\n`) > 0;
  } catch {
    return false;
  }
}

/** What an answer of netlogctl's depends on. */
interface Versions {
  readonly netlogctl: string;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  /** null where nft is not installed, or does not say. */
  readonly nft: string | null;
  readonly kernel: string;
  /** The file of the program. */
  readonly program: string;
}

/** What nft may take to say its version: it reads nothing of the machine for it. */
const PATIENCE_MS = 2000;

/** The versions of this program and of what it stands on, `program` being its file. */
function readVersions(program: string): Versions {
  return {
    netlogctl: VERSION,
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    nft: readNftVersion(),
    kernel: release(),
    program,
  };
}

/** The same in a line. */
function renderVersions({ netlogctl, platform, node, nft, kernel }: Versions): string {
  return `netlogctl/${netlogctl} ${platform} node-v${node} nft-${nft ?? "none"} kernel-${kernel}`;
}

/** `nftables v1.0.6 (Lester Gooch #5)` (nftables, src/main.c). */
function readNftVersion(): string | null {
  // It is slow to load: only where it is needed.
  const { stdout } = process.getBuiltinModule("node:child_process").spawnSync("nft", ["--version"], {
    env: programEnvironment(),
    cwd: "/",
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "latin1",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  return /^nftables v([0-9A-Za-z.+~_-]{1,40})/.exec(stdout ?? "")?.[1] ?? null;
}
