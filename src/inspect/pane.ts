import type { Line } from "./line.ts";

/** Lines of which a screen shows a part, and a title. */
export class Pane {
  readonly title: string;
  readonly #linesFor: (columns: number) => readonly Line[];
  /** What is to be said of it below. */
  readonly note: string;
  #top = 0;
  #height = 1;
  #length = 0;

  constructor(title: string, linesFor: (columns: number) => readonly Line[], note = "") {
    this.title = title;
    this.#linesFor = linesFor;
    this.note = note;
  }

  /** How far there is to scroll is only known once it has been shown. */
  scroll(by: number): void {
    const most = this.#length === 0 ? Number.MAX_SAFE_INTEGER : this.#length - this.#height;
    this.#top = Math.max(0, Math.min(this.#top + by, most));
  }

  scrollPage(pages: number): void {
    this.scroll(pages * Math.max(1, this.#height - 1));
  }

  /** The lines for a screen with room for so many. */
  window(columns: number, height: number): readonly Line[] {
    const lines = this.#linesFor(columns);
    this.#height = height;
    this.#length = lines.length;
    this.scroll(0);
    return lines.slice(this.#top, this.#top + height);
  }

  /** How far it is scrolled, in words; empty where all of it is there. */
  get place(): string {
    if (this.#length <= this.#height) return "";
    return `${this.#top + 1} to ${Math.min(this.#top + this.#height, this.#length)} of ${this.#length} lines`;
  }
}
