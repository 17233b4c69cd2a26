import { Flags } from "@oclif/core";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printableJson } from "../../src/cli/printable.ts";
import { rulesSchema } from "../../src/index.ts";

export default class RulesSchema extends NetlogCommand {
  static override summary = "Print the JSON Schema of the intent or of log tests, for editors.";
  static override examples = [
    {
      description: "Have an editor complete and check the intent.",
      command: "<%= config.bin %> rules schema > netlog.schema.json",
    },
    { description: "The same for log tests.", command: "<%= config.bin %> rules schema --tests > tests.schema.json" },
  ];

  static override flags = { tests: Flags.boolean({ summary: "That of a file of log tests." }) };

  async run(): Promise<object> {
    const { flags } = await this.parse(RulesSchema);
    const schema = rulesSchema(flags.tests);
    this.log(printableJson(schema, 2));
    return schema;
  }
}
