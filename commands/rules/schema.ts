import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printableJson } from "../../src/cli/printable.ts";
import { rulesSchema } from "../../src/index.ts";

export default class RulesSchema extends NetlogCommand {
  static override summary = "Print the JSON Schema of the intent, for editors.";
  static override examples = [
    {
      description: "Have an editor complete and check the intent.",
      command: "<%= config.bin %> rules schema > netlog.schema.json",
    },
  ];

  async run(): Promise<object> {
    await this.parse(RulesSchema);
    const schema = rulesSchema();
    this.log(printableJson(schema, 2));
    return schema;
  }
}
