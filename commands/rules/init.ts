import { Flags } from "@oclif/core";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printable, printableLines } from "../../src/cli/printable.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { draftRules, initRules, openHost, testsPathOf } from "../../src/index.ts";

export default class RulesInit extends NetlogCommand {
  static override summary = "Write a commented intent to start from, and log tests of it.";
  static override description =
    "The tests stand beside the intent, as FILE.test.yaml, with those of the templates in use; tests that are there already stay. netlogctl rules test runs them.";
  static override examples = [
    { description: "Look at it first.", command: "<%= config.bin %> rules init -f -" },
    {
      description: "With two templates in use.",
      command: "<%= config.bin %> rules init --template packet-logs --template scan",
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
    force: Flags.boolean({ summary: "Replace files that are there." }),
  };

  async run(): Promise<{ path: string | null; text: string; tests: string | null }> {
    const { flags } = await this.parse(RulesInit);
    const host = await openHost({});
    const templates = templatePlaces(flags.templates, this.config.root);
    const draft = await draftRules(host, flags.file, flags.template ?? [], templates);
    if (flags.file === "-") {
      this.log(printableLines(draft.text));
      return { path: null, text: draft.text, tests: null };
    }
    const isNew = await initRules(host, flags.file, draft, flags.force);
    const tests = testsPathOf(flags.file);
    this.log(printable(`${flags.file} written: next netlogctl rules lint -f ${flags.file}`));
    this.log(printable(isNew ? `${tests} written: next netlogctl rules test ${tests}` : `${tests} stays as it is`));
    return { path: flags.file, text: draft.text, tests };
  }
}
