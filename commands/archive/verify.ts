import { resolve } from "node:path";
import { Args, Flags } from "@oclif/core";
import { ArchiveCommand, VAULT_FLAGS } from "../../src/cli/archive-command.ts";
import { renderVerified } from "../../src/cli/archive-text.ts";
import { parseDay } from "../../src/cli/day-word.ts";
import { Fault, type Verified, verifyArchive } from "../../src/index.ts";

export default class ArchiveVerify extends ArchiveCommand {
  static override summary = "Compare what the vault holds with its manifests, by hash.";
  static override description =
    "Files that are not what they were, are not there, or are in no manifest are told, and the exit code is 1; archive pull archives anew what machines still have. With --deep what is in the files is read, too: each capture by its hash, packets and lines by their count; what is encrypted is unread without --identity.";
  static override examples = [
    { description: "All of it.", command: "<%= config.bin %> archive verify" },
    { description: "A day, with all that is in it.", command: "<%= config.bin %> archive verify yesterday --deep" },
  ];
  static override args = {
    day: Args.string({ description: "YYYY-MM-DD or yesterday; all days unless given.", ignoreStdin: true }),
  };
  static override flags = {
    ...VAULT_FLAGS,
    machine: Flags.string({ summary: "Only this machine.", helpValue: "NAME" }),
    deep: Flags.boolean({ summary: "Read what is in the files, too." }),
    identity: Flags.string({ summary: "A file of age(1) that opens what is encrypted.", helpValue: "FILE" }),
  };

  async run(): Promise<Verified> {
    const { args, flags } = await this.parse(ArchiveVerify);
    const parts = await this.openParts();
    const vault = await this.vaultOf(parts, flags);
    const verified = await this.untilInterrupted((signal) =>
      verifyArchive(parts, vault, {
        machine: flags.machine,
        day: args.day === undefined ? undefined : parseDay(args.day, new Date()),
        isDeep: flags.deep,
        identity: flags.identity === undefined ? undefined : resolve(flags.identity),
        onStep: (step) => this.step(step),
        signal,
      }),
    );
    if (verified.days.length === 0) {
      throw new Fault(
        "not-found",
        `the vault has nothing${args.day === undefined ? "" : " of that day"}`,
        "netlogctl archive list",
      );
    }
    this.log(renderVerified(verified));
    this.#tellRemedy(verified);
    if (!verified.isSound) process.exitCode = 1;
    return verified;
  }

  #tellRemedy({ days, isSound }: Verified): void {
    if (!isSound) this.say("note: netlogctl archive pull archives anew what machines still have");
    if (days.some(({ state }) => state === "unread")) this.say("note: name the file that opens it with --identity");
  }
}
