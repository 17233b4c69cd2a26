import { Writable } from "node:stream";
import type { ReadStream } from "node:tty";
import { Box, render, Text, useInput } from "ink";
import { createElement, type ReactElement } from "react";
import { keysOf } from "./keys.ts";
import type { Line, Look } from "./line.ts";

export interface PictureOptions {
  readonly keys: ReadStream;
  readonly hasColour: boolean;
  readonly onKey: (key: string) => void;
  /** Takes each picture: lines with their colours. */
  readonly onPicture: (picture: string) => void;
}

/** Lays out lines as pictures, and reads keys, until it is closed. */
export interface Picture {
  show(lines: readonly Line[], columns: number): void;
  close(): void;
}

/**
 * Ink lays out and reads the keyboard. It does not write to the terminal: of a picture as high as the screen it would
 * erase what was scrolled off before, each time.
 */
export function openPicture({ keys, hasColour, onKey, onPicture }: PictureOptions): Picture {
  const sheet = new Sheet(onPicture);
  const options = {
    stdin: keys,
    stdout: sheet as unknown as NodeJS.WriteStream,
    ...{ debug: true, exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: false },
  };
  let instance: ReturnType<typeof render> | undefined;
  return {
    show(lines, columns) {
      sheet.columns = columns;
      const element = createElement(Screen, { lines, hasColour, onKey });
      if (instance === undefined) instance = render(element, options);
      else instance.rerender(element);
    },
    close: () => {
      sheet.isOpen = false;
      instance?.unmount();
    },
  };
}

/** What ink takes for a terminal. */
class Sheet extends Writable {
  columns = 80;
  isOpen = true;

  constructor(onPicture: (picture: string) => void) {
    super({
      decodeStrings: false,
      write: (picture: string, _encoding, done) => {
        if (this.isOpen) onPicture(picture);
        done();
      },
    });
  }
}

interface ScreenProps {
  readonly lines: readonly Line[];
  readonly hasColour: boolean;
  readonly onKey: (key: string) => void;
}

function Screen({ lines, hasColour, onKey }: ScreenProps): ReactElement {
  useInput((input, key) => {
    for (const one of keysOf(input, key)) onKey(one);
  });
  const rows = lines.map((line, at) => row(line, at, hasColour));
  return createElement(Box, { flexDirection: "column" }, ...rows);
}

function row(line: Line, at: number, hasColour: boolean): ReactElement {
  const spans = line.map(({ text, look }, place) =>
    createElement(Text, { key: place, ...(look === undefined ? {} : looksOf(look, hasColour)) }, text),
  );
  return createElement(Text, { key: at, wrap: "truncate" }, ...spans);
}

const COLOURS = { blocked: { color: "red" }, allowed: { color: "green" }, trouble: { color: "yellow" } } as const;
const STYLES = { dim: { dimColor: true }, strong: { bold: true }, chosen: { inverse: true } } as const;

function looksOf(look: Look, hasColour: boolean): object {
  if (look in STYLES) return STYLES[look as keyof typeof STYLES];
  return hasColour ? COLOURS[look as keyof typeof COLOURS] : {};
}
