import { Args, Flags } from "@oclif/core";
import type { ChangeAnswer } from "../../src/cli/netlog-command.ts";
import { RULES_CHANGE_FLAGS, type RulesChangeAnswer, RulesCommand } from "../../src/cli/rules-command.ts";
import { waitUntil } from "../../src/cli/wait.ts";
import {
  Fault,
  isPending,
  mayBePending,
  openHost,
  prepareRollback,
  rollbackPending,
  wishOfRevision,
} from "../../src/index.ts";

const DAY_SECONDS = 86_400;

export default class RulesRollback extends RulesCommand {
  static override summary = "Go back to an earlier revision: its rules and its default log.";
  static override description =
    "Without REV: takes back what awaits confirmation, else goes to the revision before. The way back is a change like any other: shown, asked for, made in one transaction, read back, and a new revision. rules history lists those that are kept. Twice without REV is there and back again.";
  static override examples = [
    { description: "To the one before.", command: "<%= config.bin %> rules rollback" },
    { description: "To a certain one, without being asked.", command: "<%= config.bin %> rules rollback 3 --yes" },
  ];
  static override args = {
    rev: Args.string({ description: "The number of the revision.", ignoreStdin: true }),
  };
  static override flags = {
    ...RULES_CHANGE_FLAGS,
    unconfirmed: Flags.string({ hidden: true, helpValue: "ID" }),
    at: Flags.integer({ hidden: true, dependsOn: ["unconfirmed"] }),
  };

  async run(): Promise<ChangeAnswer | RulesChangeAnswer> {
    const { args, flags } = await this.parse(RulesRollback);
    const host = await openHost({ netns: flags.netns });
    const changing = { ...flags, machine: undefined };
    if (flags.unconfirmed !== undefined) {
      const id = flags.unconfirmed;
      const kept = await prepareRollback(host);
      await waitUntil(flags.at ?? 0, () => mayBePending(host, id));
      // However long another netlogctl is at work: nobody else comes to take it back.
      return await this.change({ ...changing, "lock-timeout": DAY_SECONDS }, (on, options) =>
        rollbackPending(on, { id, why: "it was not confirmed", kept }, options),
      );
    }
    if (args.rev === undefined && (await isPending(host))) {
      return await this.change(changing, (on, options) =>
        rollbackPending(on, { id: undefined, why: "by hand" }, options),
      );
    }
    return await this.changeRules(flags, (on) => wishOfRevision(on, numberOf(args.rev)));
  }
}

function numberOf(rev: string | undefined): number | undefined {
  if (rev === undefined || /^[1-9][0-9]{0,8}$/.test(rev)) return rev === undefined ? undefined : Number(rev);
  throw new Fault("usage", `"${rev.slice(0, 40)}" is no number of a revision`, "netlogctl rules history lists them");
}
