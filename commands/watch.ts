import { Flags } from "@oclif/core";
import { SIGNAL_EXITS } from "../src/cli/exit-codes.ts";
import { interruptible } from "../src/cli/interruption.ts";
import { CHANGE_FLAGS, NetlogCommand } from "../src/cli/netlog-command.ts";
import { renderRulesEvent } from "../src/cli/rules-event-text.ts";
import { openHost, watchAppliedRules } from "../src/index.ts";

export default class Watch extends NetlogCommand {
  static override summary = "Tell when rules that were applied vanish or change, and put them back if asked.";
  static override description =
    "Listens to nft's own events. The owner of a chain that reloads it takes our rules in it away: --repair puts them back at once, so often in a minute at most. It runs until it is ended; with --json a line for each event.";
  static override examples = [
    { description: "Tell.", command: "<%= config.bin %> watch" },
    { description: "Put back, in another namespace.", command: "<%= config.bin %> watch --repair --netns blue" },
  ];
  static override flags = {
    netns: CHANGE_FLAGS.netns,
    "lock-timeout": CHANGE_FLAGS["lock-timeout"],
    repair: Flags.boolean({ summary: "Put back what vanished." }),
    "repairs-per-minute": Flags.integer({
      summary: "How often that is done at most; 10 unless said.",
      helpValue: "N",
      min: 1,
      max: 600,
      dependsOn: ["repair"],
    }),
  };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(Watch);
    const host = await openHost({ netns: flags.netns });
    return await interruptible(async (interrupted) => {
      const options = {
        isRepairing: flags.repair,
        repairsPerMinute: flags["repairs-per-minute"] ?? 10,
        lockTimeoutMs: flags["lock-timeout"] * 1000,
        say: (line: string): void => this.say(line),
      };
      const open = (closed: AbortSignal) =>
        watchAppliedRules(host, { ...options, signal: AbortSignal.any([closed, interrupted]) });
      await this.watch(open, renderRulesEvent, false);
      if (interrupted.aborted) process.exitCode = SIGNAL_EXITS[String(interrupted.reason)] ?? 1;
      return undefined;
    });
  }
}
