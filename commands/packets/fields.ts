import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { renderTable } from "../../src/cli/table.ts";
import { type FilterField, listFilterFields } from "../../src/index.ts";

export default class PacketsFields extends NetlogCommand {
  static override summary = "List the fields of events that a filter (--where) can name.";
  static override examples = [
    { description: "All of them.", command: "<%= config.bin %> packets fields" },
    { description: "Those of TCP.", command: "<%= config.bin %> packets fields | grep '^tcp'" },
  ];

  async run(): Promise<FilterField[]> {
    await this.parse(PacketsFields);
    const fields = await listFilterFields();
    this.log(
      renderTable(
        ["FIELD", "ALSO", "VALUES", "WHAT"],
        fields.map(({ name, aliases, type, about }) => [name, aliases.join(" "), type, about]),
      ),
    );
    return fields;
  }
}
