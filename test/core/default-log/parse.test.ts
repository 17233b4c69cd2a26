import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultLogOf, parseDefaultLog, parseDefaultLogWords } from "../../../src/core/default-log/parse.ts";
import { editDefaultLog, renderDefaultLog } from "../../../src/core/default-log/render.ts";
import { type DefaultLog, type Destination, destinationText } from "../../../src/core/model/default-log.ts";
import { FAMILIES } from "../../../src/core/model/family.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { RUNS } from "../../helpers/runs.ts";

const KERNEL = { to: "kernel" } as const;
const NONE = { to: "none" } as const;
const user = (group: number): Destination => ({ to: "user", group });

const parse = (text: string): DefaultLog => defaultLogOf(parseDefaultLog(text, "f"));

/** The fault that parsing gives: where, and what. */
function faultOf(text: string): string {
  try {
    parseDefaultLog(text, "f");
  } catch (error) {
    if (error instanceof Fault) return `${error.where}: ${error.message}`;
    throw error;
  }
  return "no fault";
}

describe("the syntax of the proposal", () => {
  test.each<[string, DefaultLog]>([
    ["default log ip kernel", { ip: KERNEL }],
    ["default log ip6 user group 0", { ip6: user(0) }],
    ["default log {\n\tip kernel\n\tip6 user group 0\n}\n", { ip: KERNEL, ip6: user(0) }],
    ["default log { ip kernel; ip6 user group 0; }", { ip: KERNEL, ip6: user(0) }],
    ["default log { ip kernel; ip6 user }", { ip: KERNEL, ip6: user(0) }],
    ["default log inet none", { ip: NONE, ip6: NONE }],
    ["default log arp user group 65535; default log bridge kernel", { arp: user(65_535), bridge: KERNEL }],
    ["# first\n\n  default  log\tnetdev none # why\r\n;;\n", { netdev: NONE }],
    ["default log ip kernel\ndefault log { arp none }\n", { ip: KERNEL, arp: NONE }],
  ])("%j", (text, wanted) => {
    expect(parse(text)).toEqual(wanted);
  });

  test.each([
    ["", "f:1:1: f holds no default log"],
    ["# only a comment\n", "f:1:1: f holds no default log"],
    ["default log { }", "f:1:1: f holds no default log"],
    ["default", 'f:1:8: expected "log", found the end'],
    ["default\nlog ip kernel", 'f:1:8: expected "log", found the end'],
    ["nft default log ip kernel", 'f:1:1: expected "default", found "nft"'],
    ["default log ipv6 kernel", 'f:1:13: expected a family (ip, arp, netdev, bridge, ip6, inet), found "ipv6"'],
    ["default log IP kernel", 'f:1:13: expected a family (ip, arp, netdev, bridge, ip6, inet), found "IP"'],
    ["default log ip", 'f:1:15: expected "kernel", "user", "user group N" or "none", found the end'],
    ["default log ip;", 'f:1:15: expected "kernel", "user", "user group N" or "none", found ";"'],
    ["default log ip kernel group 1", 'f:1:23: expected the end of the statement, found "group"'],
    ["default log ip user 1", 'f:1:21: expected "group", found "1"'],
    ["default log { ip kernel ip6 none }", 'f:1:25: expected the end of the statement, found "ip6"'],
    ["default log {\n ip kernel\n", 'f:3:1: expected "}" for the "{" at f:1:13, found the end'],
    ["default log { ip kernel } }", 'f:1:27: expected "default", found "}"'],
    ["default log ip kernel\ndefault log inet none", "f:2:13: ip is given twice, first at f:1:13"],
    ["default log { ip kernel; ip kernel }", "f:1:26: ip is given twice, first at f:1:15"],
    ["default log ip \u001b[31mkernel", "f:1:16: cannot read f: U+001B has no meaning here"],
    ["\u0000\u0001", "f:1:1: cannot read f: U+0000 has no meaning here"],
    ["default log ip \u{1f600}", "f:1:16: cannot read f: U+1F600 has no meaning here"],
    ['default log ip "kernel"', 'f:1:16: cannot read f: """ has no meaning here'],
  ])("refuses %j", (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  test.each(["-1", "65536", "1.0", "0x1", "01", "+1", "1e3", "99999999999999999999", "zero", "1_0"])(
    "refuses group %s",
    (group) => {
      expect(faultOf(`default log ip user group ${group}`)).toContain("f:1:27: expected a group: a whole number");
    },
  );

  test("words of the command line are one token each, whatever they hold", () => {
    expect(parseDefaultLogWords(["ip6", "user", "group", "3"]).destination).toEqual(user(3));
    expect(() => parseDefaultLogWords(["ip kernel"])).toThrow(
      'expected a family (ip, arp, netdev, bridge, ip6, inet), found "ip kernel"',
    );
    expect(() => parseDefaultLogWords(["ip", "user", "group", "1 2"])).toThrow('found "1 2"');
    expect(() => parseDefaultLogWords(["ip", "user", "group", ""])).toThrow('found ""');
    expect(() => parseDefaultLogWords(["ip", "kernel", "x".repeat(1000)])).toThrow(`found "${"x".repeat(40)}…"`);
  });
});

const destinations = fc.oneof(
  fc.constant<Destination>(KERNEL),
  fc.constant<Destination>(NONE),
  fc.integer({ min: 0, max: 65_535 }).map(user),
);
const defaultLogs = fc.dictionary(fc.constantFrom(...FAMILIES), destinations, { minKeys: 1, noNullPrototype: true });

function lineOf([family, to, hasComment]: [string, Destination, boolean], isBlock: boolean): string {
  return `${isBlock ? "" : "default log "}${family} ${destinationText(to)}${hasComment ? " # kept" : ""}\n`;
}

describe("properties", () => {
  test("what is rendered is read back", () => {
    fc.assert(
      fc.property(defaultLogs, (defaultLog) => {
        expect(parse(renderDefaultLog(defaultLog, "why"))).toEqual(defaultLog);
      }),
      { numRuns: RUNS },
    );
  });

  test("an edited file says what it said, and what was put in; comments stay", () => {
    const lines = fc.tuple(fc.constantFrom(...FAMILIES, "inet"), destinations, fc.boolean());
    const files = fc.uniqueArray(lines, {
      minLength: 1,
      selector: ([family]) => (family === "inet" ? "ip" : family.slice(0, 2)),
    });
    fc.assert(
      fc.property(files, defaultLogs, fc.boolean(), (entries, wanted, isBlock) => {
        const words = entries.map((entry) => lineOf(entry, isBlock));
        const text = isBlock ? `default log {\n${words.join("")}}\n` : words.join("");
        const edited = editDefaultLog(text, "f", wanted);
        expect(parse(edited)).toEqual({ ...parse(text), ...wanted });
        expect(edited.match(/# kept/g)?.length ?? 0).toBe(text.match(/# kept/g)?.length ?? 0);
      }),
      { numRuns: RUNS },
    );
  });

  test("no text makes it throw anything but a fault with a place", () => {
    const pieces = fc.constantFrom(
      "default",
      " ",
      "log",
      "{",
      "}",
      ";",
      "\n",
      "ip",
      "user",
      "group",
      "0",
      "#",
      "kernel",
      "\r",
      "é",
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((some) => some.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(faultOf(text)).toMatch(/^(no fault$|f:\d+:\d+: )/);
      }),
      { numRuns: RUNS },
    );
  });
});

test("editing keeps a block on one line on one line", () => {
  expect(editDefaultLog("default log { ip kernel }", "f", { arp: NONE })).toBe("default log { ip kernel; arp none }");
  expect(editDefaultLog("default log { inet kernel; }\n", "f", { ip: NONE })).toBe(
    "default log { ip none; ip6 kernel; }\n",
  );
  expect(editDefaultLog("default log inet kernel", "f", { ip6: NONE, arp: NONE })).toBe(
    "default log ip kernel\ndefault log ip6 none\ndefault log arp none\n",
  );
});
