import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, orUndefined } from "../core/model/host.ts";
import { type Namespace, questionPath, transactionPath } from "../core/model/namespace.ts";
import type { Command } from "../core/ours/edit-chain.ts";
import { documentOf } from "../core/ours/transaction.ts";
import { runNft } from "./live-rules.ts";
import { readNamespace } from "./read-machine.ts";

/** nft does not take a transaction: nothing of it was done. */
export class NftRefused extends Fault {
  readonly commands: readonly Command[];
  /** Whether nft said no, rather than being ended by something. */
  readonly isAnswer: boolean;

  constructor(commands: readonly Command[], says: string) {
    super("refused", `nft does not take the transaction: ${brief(says)}`, "look at the rule in its own words", {});
    this.commands = commands;
    this.isAnswer = says.includes("Error: ");
  }
}

/** Has nft carry out commands. What it has against them, in its own words; undefined if it took them. Needs the lock. */
export async function transact(host: Host, commands: readonly Command[]): Promise<string | undefined> {
  if (commands.length === 0) return undefined;
  const path = transactionPath(await readNamespace(host));
  return await handOver(host, commands, path, (args) => runNft(host, args, CHANGE, path));
}

/** What nft has against commands, in its own words; undefined if it would take them: `-c` asks the kernel and changes nothing. */
export async function wouldTransact(host: Host, commands: readonly Command[]): Promise<string | undefined> {
  if (commands.length === 0) return undefined;
  const path = questionPath(await readNamespace(host), process.pid);
  return await handOver(host, commands, path, (args) => runNft(host, ["-c", ...args], CHANGE));
}

/** Waits for an nft that outlived the netlogctl that started it. Needs the lock. */
export async function awaitTransaction(host: Host, namespace: Namespace): Promise<void> {
  const path = transactionPath(namespace);
  if ((await orUndefined(host.inode(path), "ENOENT", "ENOTDIR")) === undefined) return;
  try {
    const lock = await host.lock(path, { timeoutMs: NFT_PATIENCE_MS });
    await lock.release();
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "EAGAIN") throw error;
    throw new Fault(
      "unfinished",
      `an earlier change was cut off, and its nft is still at work after ${NFT_PATIENCE_MS / 1000} s`,
      `see what it waits for: fuser ${path}`,
    );
  }
}

const NFT_PATIENCE_MS = 30_000;
const CHANGE = "change the ruleset";

async function handOver(
  host: Host,
  commands: readonly Command[],
  path: string,
  hand: (args: readonly string[]) => ReturnType<Host["run"]>,
): Promise<string | undefined> {
  await host.makeDirectory(path.slice(0, path.lastIndexOf("/")), 0o755);
  // nft 1.0.6 started from node cannot read its standard input: it gets a file.
  await host.writeScratch(path, documentOf(commands));
  try {
    const { code, stderr } = await hand(["-j", "-f", path]);
    return code === 0 ? undefined : stderr.trim() || `it ended with ${code} and said nothing`;
  } finally {
    await host.removeFile(path);
  }
}

/** A command that nft refuses, and what it says. */
export interface Refusal {
  readonly command: Command;
  readonly says: string;
}

/**
 * The command that is refused: the last of the shortest beginning that is not taken, found by asking for halves. nft itself
 * names none (1.0.6 says `internal:0:0-0` of all). undefined if all of them are taken.
 */
export async function findRefused(
  commands: readonly Command[],
  ask: (some: readonly Command[]) => Promise<string | undefined>,
): Promise<Refusal | undefined> {
  let says = await ask(commands);
  if (says === undefined) return undefined;
  let [taken, refused] = [0, commands.length];
  while (refused - taken > 1) {
    const middle = (taken + refused) >> 1;
    const answer = await ask(commands.slice(0, middle));
    if (answer === undefined) taken = middle;
    else [refused, says] = [middle, answer];
  }
  return { command: commands[refused - 1] as Command, says };
}

/** nft's errors on one line, each once. */
export function brief(says: string): string {
  const errors = says.split("\n").flatMap((line) => /Error: (.*)/.exec(line)?.[1] ?? []);
  return errors.length === 0 ? says : [...new Set(errors)].join("; ");
}
