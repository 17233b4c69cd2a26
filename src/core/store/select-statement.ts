/** Blanks and comments; texts and quoted names; words; any other character. */
const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|[\p{L}_][\p{L}\p{N}_$]*|[\s\S]/gu;

const READING = ["SELECT", "WITH", "VALUES"];

/**
 * Why a text is no single statement that only reads (SELECT, WITH, VALUES, EXPLAIN of one); undefined if it is one. ATTACH
 * and PRAGMA can be no part of such a statement.
 */
export function refusalOf(sql: string): string | undefined {
  const tokens = [...sql.matchAll(TOKEN)].map(([token]) => token).filter((token) => !/^(?:\s|--|\/\*)/.test(token));
  while (tokens.at(-1) === ";") tokens.pop();
  if (tokens.length === 0) return "there is no statement";
  if (tokens.includes(";")) return "there is more than one statement";
  const words = tokens.slice(0, 4).map((token) => token.toUpperCase());
  const [first = ""] = words[0] === "EXPLAIN" ? words.slice(words[1] === "QUERY" ? 3 : 1) : words;
  return READING.includes(first) ? undefined : `it begins with ${first === "" ? "nothing" : first.slice(0, 40)}`;
}
