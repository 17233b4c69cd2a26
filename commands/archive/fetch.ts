import { Args, Flags } from "@oclif/core";
import { ArchiveCommand, placePathOf, STAGING_FLAG, stagingOf, VAULT_FLAGS } from "../../src/cli/archive-command.ts";
import { sizeText } from "../../src/cli/archive-text.ts";
import { parseDay } from "../../src/cli/day-word.ts";
import { printable } from "../../src/cli/printable.ts";
import { Fault, type FetchedMachine, fetchDay } from "../../src/index.ts";

export default class ArchiveFetch extends ArchiveCommand {
  static override summary = "Copy a day from the vault to where it is looked at.";
  static override description =
    "For each machine one file is made there: PATH/DAY/MACHINE.tgz, in which is DAY/ with all that the vault has of it. PATH is NetLogs in the home directory there unless given. Each file of the vault is compared with its manifest, and the copy is hashed over there before it gets its name; a machine whose files are not what they were is told and left out, and the exit code is 1.";
  static override examples = [
    { description: "Into a work VM of Qubes.", command: "<%= config.bin %> archive fetch yesterday --to qubes:work" },
    {
      description: "One machine's day, into a directory here.",
      command: "<%= config.bin %> archive fetch 2025-08-31 --to /tmp/logs --machine edge",
    },
  ];
  static override args = {
    day: Args.string({ description: "YYYY-MM-DD or yesterday.", ignoreStdin: true }),
  };
  static override flags = {
    ...VAULT_FLAGS,
    to: Flags.string({
      required: true,
      summary: "Where to: a path, ssh:[USER@]HOST[:PATH], qubes:VM[:PATH].",
      helpValue: "PLACE",
    }),
    machine: Flags.string({
      summary: "Only this machine; may be given several times.",
      helpValue: "NAME",
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...STAGING_FLAG,
  };

  async run(): Promise<{ fetched: readonly FetchedMachine[] }> {
    const { args, flags } = await this.parse(ArchiveFetch);
    const to = placePathOf("--to", flags.to);
    if (args.day === undefined) {
      throw new Fault(
        "usage",
        "it is not said which day",
        "give YYYY-MM-DD or yesterday; netlogctl archive list tells them",
      );
    }
    const day = parseDay(args.day, new Date());
    const parts = await this.openParts();
    const vault = await this.vaultOf(parts, flags);
    const fetched = await this.untilInterrupted((signal) =>
      fetchDay(parts, vault, {
        day,
        to,
        machines: flags.machine,
        staging: stagingOf(flags),
        onStep: (step) => this.step(step),
        signal,
      }),
    );
    if (fetched.length === 0) throw new Fault("not-found", `the vault has nothing of ${day}`, "netlogctl archive list");
    for (const { machine, path, bytes, failed } of fetched) {
      if (failed === undefined) this.log(printable(`${path}: ${sizeText(bytes)}`));
      else this.say(`${machine}: not fetched: ${failed}`);
    }
    if (fetched.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
    return { fetched };
  }
}
