import type { Key } from "ink";

/** What ink calls a key, and what we do. Terminals send DEL for the key backspace. */
const NAMED = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
  ["escape", "escape"],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** The keys that were pressed: a name such as "pageup" or "ctrl-c", or what was typed; of what was pasted each letter. */
export function keysOf(input: string, key: Key): string[] {
  const [, name] = NAMED.find(([flag]) => key[flag]) ?? [];
  if (name !== undefined) return [name];
  if (key.ctrl) return input === "" ? [] : [`ctrl-${input}`];
  const typed = [...input].flatMap(keyOf);
  // Escape and a letter soon after it come as one.
  return key.meta ? ["escape", ...typed] : typed;
}

const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\b": "backspace",
  "\u007f": "backspace",
  "\u001b": "escape",
};

/** Control characters are letters less 0x60. */
function keyOf(letter: string): string[] {
  if (!/\p{Cc}/u.test(letter)) return [letter];
  const code = letter.charCodeAt(0);
  return [CONTROLS[letter] ?? (code > 0 && code <= 26 ? `ctrl-${String.fromCharCode(code + 0x60)}` : "")];
}
