import { once } from "node:events";
import { Command, Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, NOT_ENTERED } from "../core/model/host.ts";
import { type Difference, differencesOf, previewLines } from "../core/plan/preview.ts";
import { openAllHosts, openHost } from "../host/open-host.ts";
import type { ChangeOptions, Outcome } from "../verbs/change-machine.ts";
import { faultOfHost } from "../verbs/host-faults.ts";
import { recoverBeforeReading } from "../verbs/journal.ts";
import { endWith } from "./exit-codes.ts";
import { interruptible } from "./interruption.ts";
import { printable, printableJson } from "./printable.ts";
import { programOf } from "./program-of.ts";

/** Cursor home, erase what is below (ECMA-48: CUP, ED). */
const CLEAR_SCREEN = "\u001b[H\u001b[J";

/** What a command that reads takes. */
export const READ_FLAGS = {
  netns: Flags.string({
    summary: "Work in this network namespace (a name of ip netns, or a path).",
    helpValue: "NAME",
  }),
  machine: Flags.string({ summary: "Read a machine that was recorded in this directory.", helpValue: "DIR" }),
};

/** What a command that changes takes as well. */
export const CHANGE_FLAGS = {
  ...READ_FLAGS,
  "dry-run": Flags.boolean({ summary: "Print what would be done, and do nothing.", char: "n" }),
  "lock-timeout": Flags.integer({
    summary: "How long to wait for another netlogctl, in seconds.",
    helpValue: "SECONDS",
    default: 30,
    min: 0,
    max: 86_400,
  }),
};

export interface ReadFlags {
  readonly netns: string | undefined;
  readonly machine: string | undefined;
}

interface ChangeFlags extends ReadFlags {
  readonly "dry-run": boolean;
  readonly "lock-timeout": number;
}

/** What a changing command answers under --json. */
export interface ChangeAnswer {
  readonly applied: boolean;
  readonly title: string;
  readonly changes: readonly Difference[];
  readonly notes: readonly string[];
  readonly plan: Outcome["plan"];
}

/** What all commands share: the answer on stdout, the talk on stderr, one host, faults left to the door. */
export abstract class NetlogCommand extends Command {
  static override enableJsonFlag = true;

  /** Runs it from its words to its answer. */
  async start(): Promise<void> {
    await this._run();
  }

  /** What oclif would say of a command that is on its way out: there is none. */
  protected override async init(): Promise<void> {}

  /** The talk: a line on stderr. */
  protected say(line: string): void {
    process.stderr.write(`netlogctl: ${printable(line)}\n`);
  }

  /** What is being done, in place of what was before; only a terminal is told. */
  protected step(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${printable(text).slice(0, 79)}\u001b[K`);
  }

  /** Behind the last step nothing of them is left. */
  protected endSteps(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  }

  /** Opens the host for reading; an earlier change that was cut off is finished or undone first. */
  protected async openToRead(flags: ReadFlags): Promise<Host> {
    return await this.#recovered(await openHost(flags));
  }

  /** The same for here and every named namespace; a name that leads to none is told of and left out. */
  protected async openAllToRead(): Promise<Host[]> {
    const hosts = await Promise.all((await openAllHosts()).map((host) => this.#enteredOrTold(host)));
    return hosts.filter((host) => host !== undefined);
  }

  async #enteredOrTold(host: Host): Promise<Host | undefined> {
    try {
      return await this.#recovered(host);
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== NOT_ENTERED) throw error;
      this.say(`${host.label} is left out: ${faultOfHost(error, "look into it").message}`);
      return undefined;
    }
  }

  async #recovered(host: Host): Promise<Host> {
    await recoverBeforeReading(host, (line) => this.say(line));
    return host;
  }

  /**
   * Carries out a verb that changes the machine and prints each change, before -> after. From here to the end of the
   * answer a signal ends nothing by itself: until the change is made it has it undone, after that it comes too late.
   */
  protected async change(
    flags: ChangeFlags,
    verb: (host: Host, options: ChangeOptions) => Promise<Outcome>,
  ): Promise<ChangeAnswer> {
    const host = await openHost(flags);
    const isDryRun = flags["dry-run"];
    if (flags.machine !== undefined && !isDryRun) {
      throw new Fault("usage", "a recorded machine cannot be changed", "add --dry-run to see what would be");
    }
    const lockTimeoutMs = flags["lock-timeout"] * 1000;
    const say = (line: string): void => this.say(line);
    const act = async (signal: AbortSignal): Promise<ChangeAnswer> =>
      this.answer(await verb(host, { isDryRun, lockTimeoutMs, say, signal }), isDryRun);
    return isDryRun ? await act(new AbortController().signal) : await interruptible(act);
  }

  /**
   * Prints each value as it comes: on a terminal a page in place of the one before, in a pipe one after the other, with
   * --json a line each. What is no page is a line each everywhere.
   */
  protected async watch<T>(
    open: (signal: AbortSignal) => AsyncIterable<T>,
    render: (value: T) => string,
    isPage = true,
  ): Promise<undefined> {
    const closed = new AbortController();
    for (const event of ["error", "close"]) process.stdout.once(event, () => closed.abort());
    for await (const value of open(closed.signal)) {
      const clear = process.stdout.isTTY ? CLEAR_SCREEN : "";
      const text = isPage ? `${clear}${render(value)}\n\n` : `${render(value)}\n`;
      process.stdout.write(this.jsonEnabled() ? `${printableJson(value)}\n` : text);
    }
  }

  /** Prints lines as they come, no faster than they are taken, until they end, the signal says so, or nobody takes them any more. */
  protected async print(open: (signal: AbortSignal) => AsyncIterable<string>, signal: AbortSignal): Promise<void> {
    const closed = new AbortController();
    for (const event of ["error", "close"]) process.stdout.once(event, () => closed.abort());
    for await (const line of open(AbortSignal.any([signal, closed.signal]))) {
      if (!process.stdout.write(line)) await once(process.stdout, "drain", { signal: closed.signal }).catch(() => {});
    }
  }

  /** What the user should know of a plan. */
  protected tellNotes(notes: readonly string[]): void {
    for (const note of notes) this.say(note.startsWith("note: ") ? note : `note: ${note}`);
  }

  protected program(): string[] {
    return programOf(this.config.root);
  }

  protected override logJson(json: unknown): void {
    process.stdout.write(`${printableJson(json, 2)}\n`);
  }

  /** The exit code of a fault: 2 where 1 is an answer. */
  protected exitOfFault(): number {
    return 1;
  }

  protected override catch(error: Error): Promise<never> {
    endWith(error, this.exitOfFault());
    throw error;
  }

  private answer({ plan, isApplied }: Outcome, isDryRun: boolean): ChangeAnswer {
    const lines = previewLines(plan);
    if (isDryRun) this.log(lines.length === 0 ? "nothing to do" : "would change:");
    else if (plan.steps.length === 0) this.log("nothing to do: it is so already");
    else if (lines.length === 0) this.log(printable(plan.title));
    for (const line of lines) this.log(isDryRun ? `  ${printable(line)}` : printable(line));
    this.tellNotes(plan.notes);
    return { applied: isApplied, title: plan.title, changes: differencesOf(plan), notes: plan.notes, plan };
  }
}
