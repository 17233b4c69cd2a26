/** Whose reading takes time by the square of it takes minutes. */
const SIZE = 128 * 1024;

/** @param {string} part @param {number} [size] */
function many(part, size = SIZE) {
  return part.repeat(Math.floor(size / part.length));
}

/** @param {string} open @param {string} middle @param {string} close */
function nested(open, middle, close) {
  const depth = Math.floor(SIZE / (open.length + close.length + 1));
  return open.repeat(depth) + middle + close.repeat(depth);
}

/** Inputs that are bad for whatever reads texts, by what they are: too large to be kept as files, and the same each time. */
export const GIANTS = {
  "lists in lists": nested("[", "1", "]"),
  "lists without an end": many("["),
  "objects in objects": nested('{"a":', "1", "}"),
  "objects without an end": many('{"a":'),
  "a listing of lists in lists": `{"nftables":[${nested("[", "1", "]")}]}`,
  "a rule of objects in objects": `{"nftables":[{"rule":{"family":"ip","table":"t","chain":"c","expr":[${nested('{"a":', "1", "}")}]}}]}`,
  "an event of objects in objects": `{"schema":1,"kind":"packet","ts":"2026-11-21T11:37:36.418900123Z","dns":${nested('{"a":', "1", "}")}}\n`,
  "an event with an address that does not end": `{"schema":1,"kind":"packet","ts":"2026-11-21T11:37:36.418900123Z","ts_source":"kernel","source":"nflog","prefix":"x","topic":"nft:x","src":":${many("a")}","dst":"::1","proto":"tcp"}\n`,
  "a manifest of lists in lists": `{"version":1,"files":${nested("[", "", "]")}}`,
  "YAML in YAML": nested("{a: ", "1", "}"),
  "YAML deeper and deeper": Array.from({ length: 900 }, (_, at) => `${" ".repeat(at)}a:\n`).join(""),
  "YAML lists deeper and deeper": many("- "),
  "YAML keys without an end": many("? "),
  "YAML that laughs": `a: &a [x,x]\n${Array.from({ length: 26 }, (_, at) => `b${at}: &b${at} [*${at === 0 ? "a" : `b${at - 1}`}, *a]\n`).join("")}`,
  "an anchor for each letter": many("&a "),
  "tags without an end": many("!!"),
  "an intent with a name of a hundred thousand letters": `version: 1\nrules: [{ name: ${many("x")} }]\n`,
  "an intent with a hundred thousand blanks": `version: 1\nrules:${many(" ")}[]\n`,
  "an intent with a hundred thousand keys": `version: 1\n${Array.from({ length: 15_000 }, (_, at) => `k${at}: 1\n`).join("")}`,
  "an intent of thousands of rules": `version: 1\nrules:\n${many("- { name: x, hook: input }\n", 100_000)}`,
  "brackets of a filter": nested("(", "proto = tcp", ")"),
  "not, and not, and not": `${many("not ", 16_000)}proto = tcp`,
  "or, and or, and or": `${many("proto=tcp or ", 16_000)}proto=udp`,
  "a pattern of stars": `prefix ~ "${many("*a", 16_000)}b"`,
  "a filter of escapes": `prefix = "${many("\\", 16_001)}"`,
  "one word": many("a"),
  "one number": many("1"),
  quotes: many('"'),
  apostrophes: many("'"),
  backslashes: many("\\"),
  blanks: many(" "),
  tabs: many("\t"),
  newlines: many("\n"),
  "carriage returns": many("\r\n"),
  points: many("1."),
  colons: many("0:"),
  addresses: many("1.1.1.1 "),
  commas: many("a,"),
  assignments: many("A=1 "),
  stars: many("*"),
  comments: many("# \n"),
  "comments without an end": many("/*"),
  zeros: many("\0"),
  "escapes of a terminal": many("\u001b[2J\u001b]52;c;eA==\u0007"),
  "what reorders text": many("\u202e\u2066"),
  "byte order marks": many("\ufeff"),
  "names that all objects have":
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1}',
  "YAML with names that all objects have":
    "version: 1\nrules: []\n__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\n",
  "default logs": many("default log ip kernel\n"),
  "a default log of blocks": `default log ${nested("{", "ip kernel", "}")}`,
  "tables in tables": nested("table inet t { chain c { ", "log ", "} }"),
  "log, and log, and log": `table inet t { chain c { ${many("log ")}} }`,
  "a template of values": `{{!--\npurpose: x\nexample: x\n--}}\n${many("{{json x}}")}`,
  "a template of blocks": `{{!--\npurpose: x\nexample: x\n--}}\n${nested("{{#each x}}", "", "{{/each}}")}`,
  "a template of calls": `{{!--\npurpose: x\nexample: x\n--}}\n{{json ${nested("(not ", "x", ")")}}}`,
  "lines of the kernel log": many(
    "<4>Nov 21 11:37:36 fw kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 PROTO=TCP \n",
    200_000,
  ),
  "a line of the kernel log": `<4>Nov 21 11:37:36 fw kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 ${many("PROTO=TCP ")}\n`,
  "modules without an end": many("module("),
  "a setting behind a hundred thousand blanks": `[Journal]\nStorage=${many(" ")}x\n`,
  leases: many("lease 10.0.0.1 {\n"),
  "a host of many names": `10.0.0.1 ${many("a ")}`,
  "SQL in SQL": nested("SELECT (", "1", ")"),
  "SELECT 1, 1, 1": `SELECT ${many("1+")}1`,
};
