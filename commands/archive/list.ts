import { Flags } from "@oclif/core";
import { ArchiveCommand, VAULT_FLAGS } from "../../src/cli/archive-command.ts";
import { renderList } from "../../src/cli/archive-text.ts";
import { AT_FLAG, spanOf } from "../../src/cli/capture-flags.ts";
import { STORE_FLAGS } from "../../src/cli/query-flags.ts";
import { type ArchiveList as Answer, Fault, listArchive } from "../../src/index.ts";

export default class ArchiveList extends ArchiveCommand {
  static override summary = "List what the vault holds: machines, days, files, and what is missing.";
  static override description =
    `It reads the manifests, not the files. COUNT is packets of captures, lines of the kernel log, or events; LOST is what records of losses say, at least; times are UTC, without a date where it is that of DAY. What is known to be missing of a day stands below it; days in between that nothing is archived of are told on stderr.

With --at (a minute is all of it), --since, --until or --prefix only what holds such a moment or prefix is listed, with the captures in it.`;
  static override examples = [
    { description: "All of it.", command: "<%= config.bin %> archive list" },
    {
      description: "Which captures hold a moment.",
      command: '<%= config.bin %> archive list --at "2025-08-31 10:32"',
    },
    {
      description: "Where something was dropped in a week, on one machine.",
      command: "<%= config.bin %> archive list --machine edge --since 7d --prefix 'drop:*'",
    },
  ];
  static override flags = {
    ...VAULT_FLAGS,
    machine: Flags.string({ summary: "Only this machine.", helpValue: "NAME" }),
    at: AT_FLAG,
    since: STORE_FLAGS.since,
    until: STORE_FLAGS.until,
    prefix: Flags.string({ summary: "Only what holds a prefix like this (* and ?).", helpValue: "GLOB" }),
  };

  async run(): Promise<Answer> {
    const { flags } = await this.parse(ArchiveList);
    const now = new Date();
    const { since, until } = spanOf(flags, now);
    if (since !== undefined && until !== undefined && since > until) {
      throw new Fault("usage", "--until is before --since", "give the earlier time to --since");
    }
    const parts = await this.openParts();
    const list = await listArchive(await this.vaultOf(parts, flags), {
      machine: flags.machine,
      since,
      until,
      prefix: flags.prefix,
      offsetMinutes: -now.getTimezoneOffset(),
    });
    const isNarrow = [flags.at, flags.since, flags.until, flags.prefix].some((value) => value !== undefined);
    this.log(list.days.length === 0 ? "nothing" : renderList(list, isNarrow));
    if (!this.jsonEnabled()) this.#tellRest(list);
    return list;
  }

  #tellRest({ gaps, unread }: Answer): void {
    for (const { machine, first, last } of gaps) {
      this.say(`note: ${machine}: nothing is archived ${first === last ? `of ${first}` : `from ${first} to ${last}`}`);
    }
    for (const path of unread) this.say(`note: ${path} is no manifest`);
  }
}
