import { CODES } from "./codes.ts";
import type { Finding } from "./finding.ts";
import { parsePlace } from "./place.ts";

const COMMANDS = { error: "error", warning: "warning", note: "notice" } as const;

/** A workflow command of GitHub Actions for each finding. */
export function annotationsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ code, severity, message, where, rule }) => {
    const title = rule === undefined ? code : `${code} in ${rule}`;
    return annotation(COMMANDS[severity], where, title, `${message}: ${CODES[code].why}; ${CODES[code].remedy}`);
  });
}

/**
 * A workflow command of GitHub Actions (docs.github.com, "Workflow commands for GitHub Actions"): at a place in a file, or
 * at none, with the place before the text. What ends a command or a property is escaped: no text can be a command of its own.
 */
export function annotation(
  command: (typeof COMMANDS)[keyof typeof COMMANDS],
  where: string,
  title: string,
  text: string,
): string {
  const place = parsePlace(where);
  const properties = [
    ...(place === undefined ? [] : [`file=${property(place.file)}`, `line=${place.line}`]),
    ...(place?.column === undefined ? [] : [`col=${place.column}`]),
    `title=${property(title)}`,
  ];
  const isElsewhere = place === undefined && where !== "";
  return `::${command} ${properties.join(",")}::${data(isElsewhere ? `${where}: ${text}` : text)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
