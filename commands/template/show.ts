import { Args } from "@oclif/core";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { renderTemplatePage } from "../../src/cli/template-text.ts";
import { openHost, showTemplate, type Template } from "../../src/index.ts";

export default class TemplateShow extends NetlogCommand {
  static override summary = "Show a template: its purpose, its parameters, an example and its text.";
  static override examples = [
    { description: "What packet-logs takes.", command: "<%= config.bin %> template show packet-logs" },
  ];
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: "Name of the template." }),
  };
  static override flags = { templates: RULES_FLAGS.templates };

  async run(): Promise<Template> {
    const { args, flags } = await this.parse(TemplateShow);
    const places = templatePlaces(flags.templates, this.config.root);
    const template = await showTemplate(await openHost({}), places, args.name);
    this.log(renderTemplatePage(template));
    return template;
  }
}
