import { Args, Flags } from "@oclif/core";
import { AT_FLAG, CAPTURES_FLAGS, ringPlace, spanOf } from "../../src/cli/capture-flags.ts";
import { CAPTURE_COLUMNS, CAPTURE_FIELDS, captureFields, captureRows } from "../../src/cli/captures-text.ts";
import { joined, untilAborted } from "../../src/cli/chunks.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { TELL_FLAGS } from "../../src/cli/packet-flags.ts";
import { csvLines, rowLines } from "../../src/cli/rows-text.ts";
import { type CaptureInDirectory, Fault, findRing, listCaptures, openHost, readCaptures } from "../../src/index.ts";

export default class CaptureList extends NetlogCommand {
  static override summary = "List the captures of a ring, the newest at the bottom.";
  static override description =
    `What is told of a capture stands in the index beside it; a capture without one, such as tcpdump's own, is listed with what its name says. A capture that is still written to ends in .part, and so does one that was cut off: the next capture run closes it.

Times are told in UTC; those that are asked for without a zone are those of this machine, and 1h, 30m, 2d are ago.`;
  static override examples = [
    { description: "What there is of today.", command: "<%= config.bin %> capture list --since today" },
    { description: "Which file holds a moment.", command: "<%= config.bin %> capture list --at 10:32" },
    {
      description: "Where something was dropped, as CSV.",
      command: "<%= config.bin %> capture list --prefix 'drop:*' -F csv",
    },
  ];
  static override args = {
    // What is likely to be typed is told of better than by a word too many.
    directory: Args.string({ hidden: true, ignoreStdin: true }),
  };
  static override flags = {
    ...CAPTURES_FLAGS,
    at: AT_FLAG,
    prefix: TELL_FLAGS.prefix,
    format: Flags.string({ char: "F", summary: "The form of the list.", options: ["table", "csv"], default: "table" }),
  };

  async run(): Promise<unknown> {
    const { flags, args } = await this.parse(CaptureList);
    if (args.directory !== undefined) {
      const named = args.directory.slice(0, 80);
      throw new Fault("usage", `"${named}" is not looked at`, `name a directory with its flag: --ring ${named}`);
    }
    const span = spanOf(flags, new Date());
    const directory = await findRing(await openHost({}), ringPlace(flags, this.config.root));
    const captures = [...listCaptures(readCaptures, { directory, prefixes: flags.prefix ?? [], ...span })];
    if (this.jsonEnabled()) {
      return captures.map(({ name, path, bytes, state, index }) => ({ name, path, bytes, state, ...index }));
    }
    if (captures.length === 0) this.say(`nothing of that is in ${directory}`);
    const lines = await linesOf(captures, flags.format === "csv");
    await this.print((end) => untilAborted(joined(lines), end), new AbortController().signal);
    return undefined;
  }
}

async function linesOf(captures: readonly CaptureInDirectory[], isCsv: boolean): Promise<Iterable<string>> {
  if (isCsv) return await csvLines(CAPTURE_FIELDS, captureFields(captures), process.stdout.isTTY === true);
  return captures.length === 0 ? [] : rowLines(CAPTURE_COLUMNS, captureRows(captures));
}
