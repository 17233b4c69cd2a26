import { Flags } from "@oclif/core";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { INTENT, RULES_FLAGS, templateDirectories } from "../../src/cli/rules-flags.ts";
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
    const directories = templateDirectories(flags.templates, this.config.root);
    const use = flags.template ?? [];
    if (flags.file === "-") {
      const text = await draftRules(host, { use, directories });
      this.log(text.trimEnd());
      return { path: null, text };
    }
    const text = await initRules(host, flags.file, { use, directories, isForced: flags.force });
    this.log(`${flags.file} written: next netlogctl rules lint -f ${flags.file}`);
    return { path: flags.file, text };
  }
}
