import { styleText } from "node:util";

/** Colours on a terminal; none in a pipe or under NO_COLOR (node's styleText looks at both). */
function paint(format: "red" | "yellow" | "green" | "cyan" | "magenta" | "bold", text: string): string {
  return styleText(format, text, { stream: process.stdout, validateStream: true });
}

export const red = (text: string): string => paint("red", text);
export const yellow = (text: string): string => paint("yellow", text);
export const bold = (text: string): string => paint("bold", text);
export const green = (text: string): string => paint("green", text);
export const cyan = (text: string): string => paint("cyan", text);
export const magenta = (text: string): string => paint("magenta", text);
