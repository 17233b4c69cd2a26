import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { renderTable } from "../../src/cli/table.ts";
import { listTemplates, openHost, type Template } from "../../src/index.ts";

export default class TemplateList extends NetlogCommand {
  static override summary = "List the templates of log rules and what each is for.";
  static override examples = [
    { description: "All that can be used.", command: "<%= config.bin %> template list" },
    {
      description: "With those of a directory of one's own.",
      command: "<%= config.bin %> template list --templates ./templates",
    },
  ];
  static override flags = { templates: RULES_FLAGS.templates };

  async run(): Promise<Template[]> {
    const { flags } = await this.parse(TemplateList);
    const places = templatePlaces(flags.templates, this.config.root);
    const templates = await listTemplates(await openHost({}), places, (line) => this.say(line));
    this.log(
      renderTable(
        ["TEMPLATE", "PURPOSE"],
        templates.map(({ name, purpose }) => [name, purpose]),
      ),
    );
    return templates;
  }
}
