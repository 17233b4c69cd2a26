import type { Template } from "../core/template/template.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";

/** A template as a page. */
export function renderTemplatePage({ name, source, purpose, parameters, example, text }: Template): string {
  const rows = Object.entries(parameters).map(([key, { type, default: byDefault, about }]) => [
    key,
    type,
    byDefault === undefined ? "(needed)" : JSON.stringify(byDefault),
    about,
  ]);
  const body = text.replace(/^\{\{!--[\s\S]*?--\}\}\n/, "").trimEnd();
  return [
    `${printable(name)}: ${printable(purpose)}`,
    `  ${printable(source)}`,
    "",
    renderTable(["PARAMETER", "TYPE", "DEFAULT", "ABOUT"], rows),
    "",
    `Example: ${printable(example)}`,
    "",
    ...body.split("\n").map(printable),
  ].join("\n");
}
