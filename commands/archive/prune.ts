import { Flags } from "@oclif/core";
import { ArchiveCommand, VAULT_FLAGS } from "../../src/cli/archive-command.ts";
import { sizeText } from "../../src/cli/archive-text.ts";
import { localDay } from "../../src/cli/day-word.ts";
import { CHANGE_FLAGS } from "../../src/cli/netlog-command.ts";
import { printable } from "../../src/cli/printable.ts";
import { renderTable } from "../../src/cli/table.ts";
import { type OldDay, parseKeep, pruneVault } from "../../src/index.ts";

export default class ArchivePrune extends ArchiveCommand {
  static override summary = "Delete old days of the vault, by age or size.";
  static override description =
    "Whole days are deleted, the oldest first, of all machines alike: those that are older than --keep, then as many as it takes to get below --max-size. Unless given they are the intent's keep: and max-size:. The newest day stays, however large or old it is, and so do days that have no manifest. A day loses its name before anything of it is deleted, so that none is ever left half.";
  static override examples = [
    { description: "As the intent says.", command: "<%= config.bin %> archive prune" },
    {
      description: "What would go, if a month or 50 GiB were kept.",
      command: "<%= config.bin %> archive prune --keep 30d --max-size 50GiB -n",
    },
  ];
  static override flags = {
    ...VAULT_FLAGS,
    keep: Flags.string({ summary: "Delete what is older: 30d, 8w.", helpValue: "AGE" }),
    "max-size": Flags.string({ summary: "Delete the oldest beyond this size: 50GiB.", helpValue: "SIZE" }),
    "dry-run": CHANGE_FLAGS["dry-run"],
  };

  async run(): Promise<{ days: readonly OldDay[]; applied: boolean }> {
    const { flags } = await this.parse(ArchivePrune);
    const parts = await this.openParts();
    const isByFlags = flags.keep !== undefined || flags["max-size"] !== undefined;
    const { keepSeconds, bytesMax } = parseKeep(
      { keep: flags.keep, maxSize: flags["max-size"] },
      isByFlags ? undefined : await this.settingsOf(parts, flags),
    );
    const vault = await this.vaultOf(parts, flags);
    const isDryRun = flags["dry-run"];
    const today = localDay(new Date());
    const days = await this.untilInterrupted((signal) =>
      pruneVault(vault, { keepSeconds, bytesMax, today, isDryRun, signal }),
    );
    if (days.length === 0) this.log("nothing to do: no day is too old, or too much but the newest, which stays");
    else this.log(renderTable(["MACHINE", "DAY", "SIZE", isDryRun ? "WOULD GO BY" : "DELETED BY"], days.map(rowOf)));
    return { days, applied: !isDryRun && days.length > 0 };
  }
}

function rowOf({ machine, day, bytes, why }: OldDay): string[] {
  return [printable(machine), day, sizeText(bytes), why];
}
