import { closestMatch } from "leven";

/** The remedy's first words for a misspelt one: `did you mean "ip6"? ` or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length < 3) return "";
  const found = closestMatch(word.slice(0, 64).toLowerCase(), known, { maxDistance: 2 });
  return found === undefined ? "" : `did you mean "${found}"? `;
}
