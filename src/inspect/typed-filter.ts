import { type Filter, readFilter } from "./filter.ts";
import type { Test } from "./found.ts";

/** A filter as it is typed: a half-typed expression leaves the last good one in force. */
export class TypedFilter {
  text = "";
  #filter: Filter = { kind: "none" };
  #test: Test | undefined;

  /** What is in force. */
  get test(): Test | undefined {
    return this.#test;
  }

  get kind(): Filter["kind"] {
    return this.#filter.kind;
  }

  /** What is missing of it. */
  get problem(): string | undefined {
    return this.#filter.kind === "unfinished" ? this.#filter.problem : undefined;
  }

  set(text: string): void {
    this.text = text;
    this.#filter = readFilter(text);
    if (this.#filter.kind === "none") this.#test = undefined;
    else if (this.#filter.kind !== "unfinished") this.#test = this.#filter.test;
  }

  /** A key of a person who types; false if it is none for a text. */
  press(key: string): boolean {
    const edited = EDITS[key]?.(this.text) ?? (isTyped(key) ? this.text + key : undefined);
    if (edited === undefined) return false;
    this.set(edited.slice(0, LENGTH_MAX));
    return true;
  }
}

const LENGTH_MAX = 1000;

const EDITS: Readonly<Record<string, (text: string) => string>> = {
  backspace: (text) => [...text].slice(0, -1).join(""),
  "ctrl-u": () => "",
  "ctrl-w": (text) => text.replace(/\S*\s*$/u, ""),
};

/** Names of keys have more than one character; what is pasted comes one by one. */
function isTyped(key: string): boolean {
  return [...key].length === 1 && !/\p{Cc}/u.test(key);
}
