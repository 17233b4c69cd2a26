import { describe, expect, test } from "vitest";
import { type HeardLine, judge } from "../../../src/core/log-test/judge.ts";
import { parseTestFile } from "../../../src/core/log-test/test-file.ts";

function line(prefix: string, more: Partial<HeardLine> = {}): HeardLine {
  return { prefix, to: "group 1", level: null, packet: 0, copied: 60, length: 60, in: "eth0", out: null, ...more };
}

/** What is wrong with these lines by what a test expects. */
function failures(expected: string, lines: readonly HeardLine[]): string[] {
  const text = `version: 1\ninterfaces: { eth0: [192.0.2.1/24], eth1: [] }\ntests: [{ name: t, packets: [{ in: eth0, icmp: echo-request }], ${expected} }]`;
  const [only] = parseTestFile(text, "f").tests;
  return judge(only?.document as never, lines).map(({ expected: wanted, got }) => `${wanted} | ${got}`);
}

const A = line("a ");
const B = line("b ", { to: "kernel", level: "warn" });

describe("what a test expects, and what came", () => {
  test.each([
    ["at least one", 'logged: [{ prefix: "a " }]', [A, A, B], []],
    [
      "none of one that is to come",
      'logged: [{ prefix: "c " }]',
      [A, B],
      ['at least 1 line: "c " | none; beside it "a " to group 1 in eth0; "b " to kernel in eth0'],
    ],
    ["a number", 'logged: [{ prefix: "a ", count: 2 }]', [A], ['2 lines: "a " | 1']],
    ["a range", 'logged: [{ prefix: "a ", count: "2..3" }]', [A, A, A], []],
    ["over a range", 'logged: [{ prefix: "a ", count: "0..1" }]', [A, A], ['0 to 1 lines: "a " | 2']],
    ["a range without end", 'logged: [{ prefix: "a ", count: "3.." }]', [A, A], ['at least 3 lines: "a " | 2']],
    ["no such line by its number", 'logged: [{ prefix: "a ", count: 0 }]', [B], []],
    [
      "the destination",
      "logged: [{ to: group 2 }]",
      [A],
      ['at least 1 line: any prefix to group 2 | none; beside it "a " to group 1 in eth0'],
    ],
    [
      "the level",
      'logged: [{ prefix: "b ", level: info }]',
      [B],
      ['at least 1 line: "b " level info | none; beside it "b " to kernel in eth0'],
    ],
    ["interfaces", "logged: [{ in: eth0, count: 1 }, { out: eth1 }]", [A, line("c ", { in: null, out: "eth1" })], []],
    ["the beginning of a prefix", 'logged: [{ prefix: "a*", count: 2 }]', [A, line("abc")], []],
    [
      "what must not come",
      'not-logged: [{ prefix: "b*" }]',
      [A, B, B],
      ['no line: "b*" | "b " to kernel in eth0, 2 times'],
    ],
    ["nothing at all", "logged: []", [A], ['nothing to be logged | "a " to group 1 in eth0']],
    [
      "nothing else",
      'logged: [{ prefix: "a " }], only: true',
      [A, B],
      ['nothing else to be logged | "b " to kernel in eth0'],
    ],
    ["an order", 'logged: [{ prefix: "a " }, { prefix: "b " }], ordered: true', [A, A, line("x "), B], []],
    [
      "another order",
      'logged: [{ prefix: "a " }, { prefix: "b " }], ordered: true',
      [B, A],
      ['as line 1: "a " | in this order: "b " to kernel in eth0; "a " to group 1 in eth0'],
    ],
    [
      "an order with more behind it",
      'logged: [{ prefix: "a ", count: 1 }], ordered: true, only: true',
      [A, B],
      ['as line 2: no more lines | in this order: "a " to group 1 in eth0; "b " to kernel in eth0'],
    ],
    [
      "an order in which what fits two is the second's",
      'logged: [{ prefix: "a*" }, { prefix: "ab " }], ordered: true',
      [A, line("ab ")],
      [],
    ],
    ["how much is copied", 'logged: [{ prefix: "a ", snaplen: 40 }]', [line("a ", { copied: 40 })], []],
    [
      "too much is copied",
      'logged: [{ prefix: "a ", snaplen: 20 }]',
      [A],
      ['20 bytes of the packet to be copied: "a " | 60 bytes'],
    ],
    ["nothing is copied", 'logged: [{ prefix: "a ", snaplen: 0 }]', [line("a ", { copied: null, length: null })], []],
    [
      "a packet that is too short to tell what is copied",
      'logged: [{ prefix: "a ", snaplen: 96 }]',
      [A],
      ["a packet of more than 96 bytes, to tell what is copied of it | 60 bytes: give it a size"],
    ],
    ["no prefix", 'logged: [{ prefix: "" }]', [line("")], []],
  ] as const)("%s", (_, expected, lines, wanted) => {
    expect(failures(expected, lines)).toEqual(wanted);
  });
});
