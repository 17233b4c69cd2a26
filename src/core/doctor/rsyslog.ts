/** An input of rsyslog that brings lines of the kernel, and its rate limit: so many messages in so many seconds. */
export interface RsyslogInput {
  readonly module: "imjournal" | "imklog";
  readonly path: string;
  readonly seconds: number;
  readonly burst: number;
  /** How it is spelt, so that a remedy can change it. */
  readonly spelling: "set" | "unset" | "legacy";
}

/** Their defaults (rsyslog.com/doc: imjournal and imklog, Ratelimit.Interval and Ratelimit.Burst). */
const DEFAULTS = { imjournal: { seconds: 600, burst: 20_000 }, imklog: { seconds: 0, burst: 10_000 } } as const;

/** Its parameters have an end soon: what begins a thousand times and never ends would be read as often as it begins. */
const MODULE = /\bmodule[^\S\n]*\(([^)]{0,4000})\)/gi;

/** The inputs that are loaded in rsyslog.conf and what it includes. */
export function decodeRsyslog(files: readonly { readonly path: string; readonly text: string }[]): RsyslogInput[] {
  const plain = files.map(({ path, text }) => ({ path, text: text.replace(/^[^\S\n]*#.*$/gm, "") }));
  const all = plain.map(({ text }) => text).join("\n");
  return plain.flatMap(({ path, text }) => [
    ...[...text.matchAll(MODULE)].flatMap(([, body = ""]) => inputOf(path, parametersOf(body))),
    ...[...text.matchAll(/^[^\S\n]*\$ModLoad[^\S\n]+(imjournal|imklog)\b/gim)].map(([, word = ""]) =>
      legacyOf(path, word, all),
    ),
  ]);
}

function parametersOf(body: string): ReadonlyMap<string, string> {
  const pairs = body.matchAll(/(?<![\w.])([\w.]+)\s*=\s*"([^"]*)"/g);
  return new Map([...pairs].map(([, key = "", value = ""]) => [key.toLowerCase(), value]));
}

function inputOf(path: string, parameters: ReadonlyMap<string, string>): RsyslogInput[] {
  const module = moduleOf(parameters.get("load") ?? "");
  if (module === undefined) return [];
  const named = (name: string): string | undefined =>
    parameters.get(`ratelimit.${name}`) ?? parameters.get(`ratelimit${name}`);
  const spelling = named("interval") === undefined ? "unset" : "set";
  return [{ module, path, ...limitOf(module, named("interval"), named("burst")), spelling }];
}

function legacyOf(path: string, word: string, text: string): RsyslogInput {
  const module = moduleOf(word) ?? "imklog";
  const value = (name: string): string | undefined =>
    [...text.matchAll(new RegExp(`^[^\\S\\n]*\\$${module}Ratelimit${name}[^\\S\\n]+(\\d+)`, "gim"))].at(-1)?.[1];
  return { module, path, ...limitOf(module, value("Interval"), value("Burst")), spelling: "legacy" };
}

function moduleOf(word: string): RsyslogInput["module"] | undefined {
  return (["imjournal", "imklog"] as const).find((module) => module === word.toLowerCase());
}

function limitOf(module: RsyslogInput["module"], seconds: string | undefined, burst: string | undefined) {
  const defaults = DEFAULTS[module];
  return { seconds: Number(seconds ?? defaults.seconds), burst: Number(burst ?? defaults.burst) };
}
