import type { TextStyle } from "../../core/event/formats/text.ts";

/** Select Graphic Rendition (ECMA-48): a colour, and back. */
const painted =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;
const same = (text: string): string => text;

const [RED, GREEN, YELLOW, CYAN] = [31, 32, 33, 36];

/** How lines for people look. */
export function textStyle(hasColour: boolean): TextStyle {
  const paint = (code: number) => (hasColour ? painted(code) : same);
  return {
    blocked: paint(RED),
    allowed: paint(GREEN),
    began: paint(GREEN),
    ended: paint(CYAN),
    trouble: paint(YELLOW),
    prefixWidth: 16,
    interfacesWidth: 11,
    endsWidth: 45,
  };
}
