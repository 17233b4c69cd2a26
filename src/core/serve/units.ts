const SIZES: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
const AGES: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `64MiB` in bytes; undefined for any other text. */
export function parseSize(text: string): number | undefined {
  return parse(/^([1-9][0-9]{0,5})(KiB|MiB|GiB|TiB)$/, SIZES, text);
}

/** `30d` in seconds; undefined for any other text. */
export function parseAge(text: string): number | undefined {
  return parse(/^([1-9][0-9]{0,5})([smhdw])$/, AGES, text);
}

function parse(form: RegExp, units: Readonly<Record<string, number>>, text: string): number | undefined {
  const [, number, unit = ""] = form.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (units[unit] ?? 1);
}
