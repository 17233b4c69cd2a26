/** Bytes in lines of offset, hex and ASCII, no wider than so many columns: 16 bytes a line, or 8, or 4. */
export function hexDump(bytes: Buffer, columns: number): string[] {
  const perLine = [16, 8].find((count) => widthFor(count) <= columns) ?? 4;
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine) lines.push(lineOf(bytes.subarray(at, at + perLine), at, perLine));
  return lines;
}

const OFFSET_DIGITS = 4;

/** Offset, two blanks, hex with a blank between and one more in the middle, two blanks, ASCII. */
function widthFor(count: number): number {
  return OFFSET_DIGITS + 2 + count * 3 - 1 + (count > 8 ? 1 : 0) + 2 + count;
}

function lineOf(bytes: Buffer, at: number, perLine: number): string {
  const offset = at.toString(16).padStart(OFFSET_DIGITS, "0");
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  const hex = [pairs.slice(0, 8), pairs.slice(8)].map((half) => half.join(" ")).join(pairs.length > 8 ? "  " : "");
  const width = widthFor(perLine) - OFFSET_DIGITS - 2 - perLine - 2;
  return `${offset}  ${hex.padEnd(width)}  ${bytes.toString("latin1").replaceAll(/[^ -~]/g, ".")}`;
}
