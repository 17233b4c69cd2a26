import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { printable } from "../../src/core/printable.ts";
import { detailLines } from "../../src/inspect/detail-screen.ts";
import { hexDump } from "../../src/inspect/hex-dump.ts";
import { keysOf } from "../../src/inspect/keys.ts";
import { column, fitted, folded, type Line, shifted } from "../../src/inspect/line.ts";
import { rowOf } from "../../src/inspect/row.ts";
import { arrivalOf, arrivalOfLine, arrivalOfOurs } from "../../src/inspect/source.ts";
import { anyPacketEvent, hostileText, lossEvent } from "../helpers/events.ts";
import { RUNS } from "../helpers/runs.ts";

const textOf = (line: Line): string => line.map(({ text }) => text).join("");
const columns = fc.integer({ min: 8, max: 130 });

describe("whatever came, its lines fit and do nothing to a terminal", () => {
  test("a row", () => {
    fc.assert(
      fc.property(fc.oneof(anyPacketEvent, lossEvent), columns, fc.nat(60), (event, width, shift) => {
        const row = rowOf(arrivalOf({ event }), width);
        const text = textOf(fitted(shifted(row, shift), width));
        expect(stringWidth(text)).toBe(width);
        expect(printable(text)).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });

  test("its details", () => {
    fc.assert(
      fc.property(fc.oneof(anyPacketEvent, lossEvent), columns, (event, width) => {
        for (const line of detailLines({ event }, width)) {
          const text = textOf(fitted(line, width));
          expect(printable(text)).toBe(text);
          expect(stringWidth(text)).toBe(width);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("what is folded is all there", () => {
    fc.assert(
      fc.property(hostileText, columns, (text, width) => {
        const safe = printable(text);
        expect(folded(safe, width).join("")).toBe(safe);
        expect(stringWidth(column(safe, width))).toBe(width);
      }),
      { numRuns: RUNS },
    );
  });
});

test("bytes in 80 columns, and in fewer", () => {
  const bytes = Buffer.from("GET / HTTP/1.1\r\n\r\n");
  expect(hexDump(bytes, 80)).toEqual([
    "0000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..",
    "0010  0d 0a                                             ..",
  ]);
  expect(hexDump(bytes, 40)[0]).toBe("0000  47 45 54 20 2f 20 48 54  GET / HT");
  expect(hexDump(bytes, 10)[0]).toBe("0000  47 45 54 20  GET ");
  expect(hexDump(Buffer.alloc(0), 80)).toEqual([]);
});

test("a line that is no event is a row all the same", () => {
  expect(textOf(rowOf(arrivalOfLine("{}"), 80))).toBe("a line that is no event");
  expect(textOf(rowOf(arrivalOfOurs('{"schema":1,'), 80))).toBe("a line that is no event");
  expect(arrivalOfLine('{"schema":1,"kind": "loss"}').isLoss).toBe(true);
  expect(arrivalOfLine('{"prefix":"\\"kind\\":\\"loss\\""}').isLoss).toBe(false);
});

test("keys that come together are several", () => {
  const key = Object.fromEntries(
    ["upArrow", "downArrow", "leftArrow", "rightArrow", "pageUp", "pageDown", "home", "end", "return", "escape"].map(
      (name) => [name, false],
    ),
  );
  const pressed = (input: string, flags: object = {}): string[] =>
    keysOf(input, { ...key, ...flags } as unknown as Parameters<typeof keysOf>[1]);
  expect(pressed("\u0015ab\r")).toEqual(["ctrl-u", "a", "b", "enter"]);
  expect(pressed("q", { meta: true })).toEqual(["escape", "q"]);
  expect(pressed("", { upArrow: true })).toEqual(["up"]);
  expect(pressed("c", { ctrl: true })).toEqual(["ctrl-c"]);
});
