import { Flags } from "@oclif/core";
import { renderConverted } from "../../src/cli/document-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { type Converted, convertRules, openHost } from "../../src/index.ts";

export default class RulesConvert extends NetlogCommand {
  static override summary = "Convert a ruleset between nft's text and libnftables-JSON.";
  static override description =
    "From JSON to text netlogctl converts by itself: it needs neither root, nor a kernel, nor nft. From text to JSON nft itself does it, in a network namespace that ends with it: nft and a namespace are needed (an ordinary user's takes some 600 log rules), and where the kernel's logging modules are not loaded yet, nft loads them. Commands (add, insert, flush, ...) are carried out on an empty ruleset, and what comes of them is converted.";
  static override examples = [
    { description: "Text to JSON.", command: "<%= config.bin %> rules convert -f ruleset.nft > ruleset.json" },
    { description: "JSON to text.", command: "nft -j list ruleset | <%= config.bin %> rules convert -f -" },
  ];
  static override flags = {
    file: Flags.string({
      char: "f",
      summary: 'What to convert; "-" is standard input.',
      helpValue: "FILE",
      required: true,
    }),
    to: Flags.string({ summary: "The form; the other one unless said.", options: ["json", "nft"] }),
  };

  async run(): Promise<Converted> {
    const { flags } = await this.parse(RulesConvert);
    const converted = await convertRules(await openHost({}), flags.file, flags.to, (line) => this.say(line));
    this.log(renderConverted(converted));
    return converted;
  }
}
