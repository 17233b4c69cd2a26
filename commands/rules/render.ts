import { Flags } from "@oclif/core";
import { renderDocument } from "../../src/cli/document-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { RULES_FLAGS, SOURCE_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { type NftDocument, openHost, renderRules } from "../../src/index.ts";

export default class RulesRender extends NetlogCommand {
  static override summary = "Render the intent: print what nft would be handed, and touch nothing.";
  static override description =
    "Needs neither root, nor a kernel, nor nft (rules that are given as nft text are the exception: nft compiles them). Rules that name no destination get the default log of their family; one whose families differ becomes two that share a limit. Rules that stand before others of somebody else's chain need that ruleset: --on.";
  static override examples = [
    {
      description: "As libnftables-JSON, which nft -j -f takes, and nft -j -c -f checks.",
      command: "<%= config.bin %> rules render -f netlog.yaml > netlog.json",
    },
    { description: "In nft's own words, to read.", command: "<%= config.bin %> rules render -f netlog.yaml --as nft" },
    {
      description: "Into the chains of a ruleset that was recorded with nft -j list ruleset.",
      command: "<%= config.bin %> rules render -f netlog.yaml --on ruleset.json",
    },
  ];
  static override flags = {
    ...RULES_FLAGS,
    as: Flags.string({ summary: "The form.", options: ["json", "nft", "yaml"], default: "json" }),
    on: Flags.string({
      summary: 'The ruleset that the rules are put into: a listing, or "live".',
      helpValue: "SOURCE",
    }),
    netns: SOURCE_FLAGS.netns,
  };

  async run(): Promise<NftDocument> {
    const { flags } = await this.parse(RulesRender);
    const templates = templatePlaces(flags.templates, this.config.root);
    const host = await openHost({ netns: flags.netns });
    const document = await renderRules(host, flags.file, { templates, on: flags.on, say: (line) => this.say(line) });
    this.log(renderDocument(document, flags.as));
    return document;
  }
}
