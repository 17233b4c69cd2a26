import { Args } from "@oclif/core";
import { sectionText } from "../../src/cli/document-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printableLines } from "../../src/cli/printable.ts";
import { type FromSpr, importSpr, openHost } from "../../src/index.ts";

export default class ServeImport extends NetlogCommand {
  static override summary = "Print the section of an intent that keeps what SPR's database keeps.";
  static override description =
    "Reads SPR's configs/db/config.json: SaveEvents, MaxSize and TopicLimits become topics of serve.store, with their sizes as limits that are heeded.";
  static override examples = [
    {
      description: "To be pasted into the intent.",
      command: "<%= config.bin %> serve import configs/db/config.json",
    },
  ];
  static override args = {
    file: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'SPR\'s configuration; "-" is standard input.',
    }),
  };

  async run(): Promise<FromSpr["section"]> {
    const { args } = await this.parse(ServeImport);
    const { section, notes } = await importSpr(await openHost({}), args.file);
    this.log(printableLines(sectionText(section).trimEnd()));
    this.tellNotes(notes);
    return section;
  }
}
