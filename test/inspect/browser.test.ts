import { expect, test } from "vitest";
import { Browser, type BrowserOptions, type Desk } from "../../src/inspect/browser.ts";
import { screenOf } from "../../src/inspect/screen.ts";
import { arrivalOf } from "../../src/inspect/source.ts";

const EVENT = { schema: 1, kind: "packet", ts_source: "log", source: "nflog", topic: "", prefix: "new " } as const;
const EVENING = arrivalOf({ event: { ...EVENT, ts: "2025-08-30T22:15:00.000000000Z" } });

function browserOf(options: Partial<BrowserOptions> = {}, desk: Partial<Desk> = {}): Browser {
  const quiet = { copy: () => "", show: async () => "", changed: () => {}, end: () => {}, ...desk };
  return new Browser({ name: "edge/a.pcapng", keep: 10, filter: "", isAtStart: false, ...options }, quiet);
}

function screen(browser: Browser): string {
  return screenOf(browser, 80, 6)
    .map((line) => line.map(({ text }) => text).join(""))
    .join("\n");
}

test.each([
  [false, ["following", "nothing came yet"], "nothing is in it"],
  [true, ["reading", "nothing was read yet"], "nothing is in it"],
])("of what is closed (%s) it is said what it is, before and after its end", (isClosed, before, after) => {
  const browser = browserOf({ isClosed });
  for (const text of before) expect(screen(browser)).toContain(text);
  browser.finish();
  expect(screen(browser)).toContain(after);
  expect(screen(browser)).toContain("all read");
  for (const text of before) expect(screen(browser)).not.toContain(text);
});

test("in a day, an event of another one has its month and day", () => {
  const shown = (day: string | undefined): string => {
    const browser = browserOf({ day });
    browser.add(EVENING);
    return screen(browser);
  };
  expect(shown("2025-08-31")).toContain("> 08-30 22:15:00.000 new");
  expect(shown("2025-08-30")).toContain("> 22:15:00.000 new");
  expect(shown(undefined)).toContain("> 22:15:00.000 new");
});

test("Esc clears the filter, then goes back to what lies below; where nothing does, it ends nothing", () => {
  const below: string[] = [];
  const end = (): void => void below.push("back");
  const browser = browserOf({ filter: "dport = 22" }, { end, correlate: () => {} });
  browser.press("escape");
  expect([browser.filter.text, below]).toEqual(["", []]);
  browser.press("escape");
  expect(below).toEqual(["back"]);
  browserOf({}, { end }).press("escape");
  expect(below).toHaveLength(1);
});

test.each([
  ["sys-dns/pcap-20250831100000.pcapng", "sys-dns/pcap-20250831100000.pcapng  reading"],
  ["sys-firewall/pcap-20250831100000.pcapng", "../pcap-20250831100000.pcapng  reading"],
  ["/srv/captures/of/this/machine/a.pcapng", "../this/machine/a.pcapng  reading"],
])("%s is called so", (name, title) => {
  expect(screen(browserOf({ name, isClosed: true }))).toContain(title);
});
