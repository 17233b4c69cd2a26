import { Flags } from "@oclif/core";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printable, printableLines } from "../../src/cli/printable.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { draftRules, initRules, openHost } from "../../src/index.ts";

export default class RulesInit extends NetlogCommand {
  static override summary = "Write a commented intent to start from.";
  static override examples = [
    { description: "Look at it first.", command: "<%= config.bin %> rules init -f -" },
    {
      description: "With two templates in use.",
      command: "<%= config.bin %> rules init -f netlog.yaml --template packet-logs --template scan",
    },
  ];
  static override flags = {
    file: Flags.string({ char: "f", summary: 'Where to; "-" is standard output.', helpValue: "FILE", default: INTENT }),
    template: Flags.string({
      summary: "Start with this template in use; may be given several times.",
      helpValue: "NAME",
      multiple: true,
      multipleNonGreedy: true,
    }),
    templates: RULES_FLAGS.templates,
    force: Flags.boolean({ summary: "Replace a file that is there." }),
  };

  async run(): Promise<{ path: string | null; text: string }> {
    const { flags } = await this.parse(RulesInit);
    const host = await openHost({});
    const text = await draftRules(host, flags.template ?? [], templatePlaces(flags.templates, this.config.root));
    if (flags.file === "-") {
      this.log(printableLines(text));
      return { path: null, text };
    }
    await initRules(host, flags.file, text, flags.force);
    this.log(printable(`${flags.file} written: next netlogctl rules lint -f ${flags.file}`));
    return { path: flags.file, text };
  }
}
