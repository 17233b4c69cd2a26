import { release } from "node:os";
import { VERSION } from "../version.ts";
import { programEnvironment } from "./run-program.ts";

/** What an answer of netlogctl's depends on. */
export interface Versions {
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
export function readVersions(program: string): Versions {
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
export function renderVersions({ netlogctl, platform, node, nft, kernel }: Versions): string {
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
