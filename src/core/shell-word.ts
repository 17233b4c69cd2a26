/** A word as sh(1) reads it back unchanged, whatever is in it but NUL. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The same, without quotes where a person would leave them out. */
export function shellWord(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : quoted(word);
}
