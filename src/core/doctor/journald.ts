import { LOG_LEVELS } from "../model/log-statement.ts";

/** What journald.conf(5) sets, by lower-case key: what is not set has its default. */
export type JournaldSettings = ReadonlyMap<string, string>;

/** Files of a systemd configuration in the order in which they count: later ones stand over earlier ones. */
export function decodeJournald(texts: readonly string[]): JournaldSettings {
  return settingsIn(texts, "Journal");
}

/** The settings of one section; an empty value goes back to the default. */
export function settingsIn(texts: readonly string[], section: string): Map<string, string> {
  const settings = texts.flatMap((text) => linesOf(text, section)).flatMap((line) => settingOf(line));
  // A map keeps the last of several.
  return new Map([...new Map(settings)].filter(([, value]) => value !== ""));
}

function linesOf(text: string, section: string): string[] {
  const parts = text.split(/^[ \t]*\[([^\]\n]*)\][ \t]*$/m);
  return parts.flatMap((part, index) => (index % 2 === 0 && parts[index - 1] === section ? part.split("\n") : []));
}

function settingOf(line: string): [string, string][] {
  const [, key, value = ""] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(line) ?? [];
  return key === undefined ? [] : [[key.toLowerCase(), value.trim()]];
}

/**
 * Which of the drop-ins count, in their order (systemd.syntax(5)): sorted by name, and of one name only that of the
 * first directory.
 * @param directories each with the names in it, the most important one first
 */
export function dropInsOf(directories: readonly (readonly [string, readonly string[]])[]): string[] {
  const paths = new Map<string, string>();
  for (const [directory, names] of directories) {
    for (const name of names) if (name.endsWith(".conf") && !paths.has(name)) paths.set(name, `${directory}/${name}`);
  }
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** The number of a level (syslog(3)): by nft's word, by systemd's, or by itself. */
export function levelNumber(word: string): number | undefined {
  const level = word === "warning" ? "warn" : word;
  const found = /^[0-7]$/.test(level) ? Number(level) : (LOG_LEVELS as readonly string[]).indexOf(level);
  return found === -1 ? undefined : found;
}

/** systemd's booleans. */
export function isNo(word: string | undefined): boolean {
  return word !== undefined && /^(no|n|false|f|off|0)$/i.test(word);
}

/** A span of time in seconds, as systemd spells it (systemd.time(7)): `30s`, `1min 30s`, `500ms`; undefined for others. */
export function spanSeconds(text: string): number | undefined {
  const parts = [...text.matchAll(/([0-9.]+)\s*([a-z]*)/g)];
  const seconds = parts.map(([, amount = "", unit = ""]) => Number(amount) * (UNITS[unit] ?? Number.NaN));
  const total = seconds.reduce((sum, one) => sum + one, 0);
  return parts.length === 0 || Number.isNaN(total) ? undefined : total;
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ us: 1e-6, usec: 1e-6, ms: 1e-3, msec: 1e-3, "": 1, s: 1, sec: 1, second: 1, seconds: 1 },
  ...{ m: 60, min: 60, minute: 60, minutes: 60, h: 3600, hr: 3600, hour: 3600, hours: 3600, d: 86_400 },
};
