import { Flags } from "@oclif/core";
import { ArchiveCommand, STAGING_FLAG, stagingOf } from "../../src/cli/archive-command.ts";
import { renderPull } from "../../src/cli/archive-text.ts";
import { parseDay } from "../../src/cli/day-word.ts";
import { CHANGE_FLAGS } from "../../src/cli/netlog-command.ts";
import { RULES_FLAGS } from "../../src/cli/rules-flags.ts";
import { type PullReport, pullArchive } from "../../src/index.ts";

export default class ArchivePull extends ArchiveCommand {
  static override summary = "Bring what machines captured and logged into the vault, by day.";
  static override description =
    `What is archived stands in the intent, below archive: machines, how they are reached, what of them, and the vault. For each machine and each day that is over and that the vault lacks: closed captures of its ring become pcaps-DAY.tgz (or .tar.zst), lines of its kernel log with the wanted prefixes nft-DAY.log.gz, what its log service stored events-DAY.ndjson.gz. What comes late goes into a further file, pcaps-DAY.2.tgz. manifest.json beside them has the hash and the count of everything, and what is known to be missing.

Every file is compared by hash with its source, read back once it is packed, and hashed in the vault before it gets its name there. With prune: in the intent a capture is deleted at its source when it is that old, the vault's manifest names it, the file in the vault hashes now as it should, and the capture still is what was archived; one that is not stays, and is told.

A file of the vault that is not there any more, or is not what it was, is archived anew while the machine still has what was in it. What archive prune deleted is not brought back, unless its day is named with --day.

A machine that is off, a connection that breaks and a vault that is full are told and hold up nothing else: the exit code is 1, and the next pull goes on from there, also if this one was killed.`;
  static override examples = [
    { description: "What the timer does every night.", command: "<%= config.bin %> archive pull" },
    {
      description: "What it would do, for one machine.",
      command: "<%= config.bin %> archive pull --machine edge --dry-run",
    },
    {
      description: "A day that is not over, as it is so far.",
      command: "<%= config.bin %> archive pull --today",
    },
  ];
  static override flags = {
    ...RULES_FLAGS,
    machine: Flags.string({
      summary: "Only this machine; may be given several times.",
      helpValue: "NAME",
      multiple: true,
      multipleNonGreedy: true,
    }),
    day: Flags.string({ summary: "Only this day: YYYY-MM-DD or yesterday.", helpValue: "DAY" }),
    today: Flags.boolean({ summary: "Also the day that is not over." }),
    ...STAGING_FLAG,
    "dry-run": CHANGE_FLAGS["dry-run"],
    "lock-timeout": CHANGE_FLAGS["lock-timeout"],
  };

  async run(): Promise<PullReport> {
    const { flags } = await this.parse(ArchivePull);
    const parts = await this.openParts();
    const settings = await this.settingsOf(parts, flags);
    const days = flags.day === undefined ? undefined : [parseDay(flags.day, new Date())];
    const report = await this.untilInterrupted((signal) =>
      pullArchive(parts, {
        settings,
        staging: stagingOf(flags),
        machines: flags.machine,
        days,
        withToday: flags.today || flags.day === "today",
        isDryRun: flags["dry-run"],
        now: Date.now(),
        lockTimeoutMs: flags["lock-timeout"] * 1000,
        say: (line) => this.say(line),
        onStep: (step) => this.step(step),
        signal,
      }),
    );
    this.#tell(report, flags["dry-run"]);
    return report;
  }

  #tell(report: PullReport, isDryRun: boolean): void {
    const text = renderPull(report);
    this.log(text === "" ? "no day to archive" : text);
    for (const { machine, pruned, kept } of report.machines) {
      const done = isDryRun ? "would be deleted there" : "that the vault has were deleted there";
      if (pruned > 0) this.say(`${machine}: ${pruned} captures ${done}`);
      for (const line of kept) this.say(`${machine}: not deleted there: ${line}`);
    }
    if (!report.isWhole) process.exitCode = 1;
  }
}
