/** Between these a terminal that knows them shows nothing (synchronized output, mode 2026). */
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";

/** What stands on the screen; of a new picture only lines that changed are written. */
export class Frame {
  #lines: readonly string[] = [];

  /** What to write to have this picture. Each of its lines begins and ends without a colour. */
  draw(picture: string): string {
    const lines = picture.split("\n");
    const changed = lines.flatMap((line, at) => (line === this.#lines[at] ? [] : [placed(line, at)]));
    const below = lines.length < this.#lines.length ? `\u001b[${lines.length + 1};1H\u001b[J` : "";
    this.#lines = lines;
    const text = changed.join("") + below;
    return text === "" ? "" : BEGIN + text + END;
  }

  /** Nothing of it is there any more. */
  forget(): void {
    this.#lines = [];
  }
}

/** Where it begins, the line, and nothing behind it (ECMA-48: CUP, EL); a line that fills its row has nothing behind it. */
function placed(line: string, at: number): string {
  return `\u001b[${at + 1};1H\u001b[K${line}`;
}
