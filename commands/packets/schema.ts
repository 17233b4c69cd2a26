import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printableJson } from "../../src/cli/printable.ts";
import { eventSchema } from "../../src/index.ts";

export default class PacketsSchema extends NetlogCommand {
  static override summary = "Print the JSON Schema of events, field by field.";
  static override description =
    "What a line of netlogctl packets stream --json holds: an event of kind packet, undecoded or loss.";
  static override examples = [
    { description: "All of it.", command: "<%= config.bin %> packets schema" },
    {
      description: "The fields of a packet with what they mean.",
      command: "<%= config.bin %> packets schema | jq '.oneOf[0].properties'",
    },
  ];

  async run(): Promise<object> {
    await this.parse(PacketsSchema);
    const schema = eventSchema();
    this.log(printableJson(schema, 2));
    return schema;
  }
}
