import { Flags } from "@oclif/core";
import { renderDocument } from "../../src/cli/document-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { RULES_FLAGS, templateDirectories } from "../../src/cli/rules-flags.ts";
import { type NftDocument, openHost, renderRules } from "../../src/index.ts";

export default class RulesRender extends NetlogCommand {
  static override summary = "Render the intent: print what nft would be handed, and touch nothing.";
  static override description =
    "Needs neither root, nor a kernel, nor nft. Rules that name no destination get the default log of their family; one whose families differ becomes two that share a limit.";
  static override examples = [
    {
      description: "As libnftables-JSON, which nft -j -f takes.",
      command: "<%= config.bin %> rules render -f netlog.yaml",
    },
    {
      description: "Check it with nft.",
      command: "<%= config.bin %> rules render -f netlog.yaml > netlog.json && nft -j -c -f netlog.json",
    },
  ];
  static override flags = {
    ...RULES_FLAGS,
    as: Flags.string({ summary: "The form.", options: ["json", "yaml"], default: "json" }),
  };

  async run(): Promise<NftDocument> {
    const { flags } = await this.parse(RulesRender);
    const directories = templateDirectories(flags.templates, this.config.root);
    const document = await renderRules(await openHost({}), flags.file, directories);
    this.log(renderDocument(document, flags.as));
    return document;
  }
}
