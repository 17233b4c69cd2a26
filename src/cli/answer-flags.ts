import { Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import type { FlowFormat, Format, Telling } from "../core/model/packet-stream.ts";

/** The forms of an answer: rows, or lines as events are told in everywhere. */
export type QueryFormat = "table" | "csv" | Format | FlowFormat;

/** How a command answers that asks a store. */
export function answerFlags(formats: readonly string[], summed: string) {
  return {
    format: Flags.string({ char: "F", summary: "The form of the answer.", options: ["table", "csv", ...formats] }),
    fields: Flags.string({
      summary: "The columns of a table and of CSV: names of netlogctl packets fields, separated by commas.",
      helpValue: "FIELDS",
    }),
    count: Flags.boolean({
      char: "c",
      summary: "Only say how many there are.",
      exclusive: ["summary", "sql", "limit"],
    }),
    summary: Flags.boolean({ summary: `Only say what stands out: ${summed}.`, exclusive: ["sql"] }),
    sql: Flags.string({ summary: "Answer this SELECT over the view events.", helpValue: "SELECT" }),
  };
}

export interface AnswerFlags {
  readonly format: string | undefined;
  readonly fields: string | undefined;
  readonly count: boolean;
  readonly summary: boolean;
  readonly sql: string | undefined;
}

/** The form that was named, or what a person or a program would read. @throws Fault for flags that would be passed over in silence */
export function answerFormat(flags: AnswerFlags, what: string, isJson: boolean): QueryFormat {
  const named = flags.format as QueryFormat | undefined;
  if (isJson && named !== undefined && named !== "json") {
    throw new Fault("usage", `--json and --format ${named} exclude each other`, "give one of them");
  }
  const format = isJson ? "json" : (named ?? (process.stdout.isTTY ? "table" : "json"));
  refuseUnused(flags, format, what);
  return format;
}

function refuseUnused(flags: AnswerFlags, format: QueryFormat, what: string): void {
  const isNumber = flags.count || flags.summary;
  const hasColumns = (format === "table" || format === "csv") && flags.sql === undefined && !isNumber;
  if (flags.fields !== undefined && !hasColumns) {
    throw new Fault("usage", "--fields are the columns of a table and of CSV", "add --format table or csv");
  }
  if (isNumber && flags.format !== undefined && flags.format !== "json") {
    throw new Fault(
      "usage",
      `a count and a summary are no ${what}: they cannot be told as ${flags.format}`,
      "leave --format out, or give --json",
    );
  }
}

/** How events are told that were stored as they are. */
export function tellingAs(format: Format | FlowFormat): Telling {
  const isForTerminal = process.stdout.isTTY === true;
  return {
    ...{ format, fields: "default", payload: undefined, prefixes: [], where: undefined, hasCommunityId: false },
    ...{ hasProgram: false, names: undefined, isForTerminal, countMax: undefined },
    hasColour: isForTerminal && process.env["NO_COLOR"] === undefined,
  };
}
