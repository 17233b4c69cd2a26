import { expect, test } from "vitest";
import { Book } from "../../src/inspect/book.ts";
import { ListView } from "../../src/inspect/list-view.ts";
import { type Arrival, arrivalOf } from "../../src/inspect/source.ts";

const EVENT = { schema: 1, kind: "packet", ts: "", ts_source: "log", source: "nflog", topic: "" } as const;

function bookOf(count: number, keep = 100): Book {
  const book = new Book(keep);
  add(book, count);
  return book;
}

function add(book: Book, count: number): void {
  for (let left = count; left > 0; left -= 1) {
    book.add(arrivalOf({ event: { ...EVENT, prefix: String(book.end) } }));
  }
}

function name(one: Arrival): string {
  const event = one.read()?.event;
  return event?.kind === "packet" ? event.prefix : "loss";
}

/** The rows in words, the chosen one in brackets. */
function rows(view: ListView, height: number): string {
  const { arrivals, chosen } = view.window(height);
  return arrivals.map((one, at) => (at === chosen ? `[${name(one)}]` : name(one))).join(" ");
}

test("it follows the newest until one moves, and again from the end", () => {
  const book = bookOf(5);
  const view = new ListView(book);
  expect(rows(view, 3)).toBe("2 3 [4]");
  add(book, 1);
  expect(rows(view, 3)).toBe("3 4 [5]");
  view.move(-1);
  add(book, 2);
  expect(rows(view, 3)).toBe("3 [4] 5");
  view.move(-1);
  view.move(-1);
  expect(rows(view, 3)).toBe("[2] 3 4");
  view.toStart();
  expect(rows(view, 3)).toBe("[0] 1 2");
  view.move(-1);
  expect(rows(view, 3)).toBe("[0] 1 2");
  view.toEnd();
  expect(rows(view, 3)).toBe("5 6 [7]");
});

test("pages, as far as there are events", () => {
  const view = new ListView(bookOf(10));
  rows(view, 4);
  view.movePage(-1);
  expect(rows(view, 4)).toBe("3 4 5 [6]");
  view.movePage(-2);
  expect(rows(view, 4)).toContain("[0]");
  view.movePage(9);
  expect(rows(view, 4)).toBe("6 7 8 [9]");
});

test("what is chosen stays chosen when others are dropped; when it is dropped, the oldest is", () => {
  const book = bookOf(5, 5);
  const view = new ListView(book);
  rows(view, 3);
  view.toStart();
  view.move(1);
  add(book, 1);
  expect(rows(view, 3)).toBe("[1] 2 3");
  add(book, 2);
  expect(rows(view, 3)).toBe("[3] 4 5");
});

test("paused, it is as it was, whatever comes and goes", () => {
  const book = bookOf(5, 5);
  const view = new ListView(book);
  view.pause();
  add(book, 7);
  expect(rows(view, 5)).toBe("0 1 2 3 [4]");
  expect(view.meanwhile).toBe(7);
  view.filter((one) => Number(name(one)) % 2 === 0);
  view.look(Number.POSITIVE_INFINITY);
  expect(rows(view, 5)).toBe("0 2 [4]");
  view.pause();
  view.look(Number.POSITIVE_INFINITY);
  expect(rows(view, 5)).toBe("8 [10]");
  expect(view.all().map(name)).toEqual(["8", "10"]);
});

test("with nothing in it nothing is chosen", () => {
  const view = new ListView(new Book(5));
  view.move(-1);
  view.movePage(1);
  expect(view.window(5)).toEqual({ arrivals: [], chosen: -1 });
  expect(view.chosen).toBeUndefined();
});
