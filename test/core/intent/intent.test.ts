import fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, test } from "vitest";
import { encodeDocument } from "../../../src/core/intent/document.ts";
import { parseIntent } from "../../../src/core/intent/intent.ts";
import { lowerIntent } from "../../../src/core/intent/lower.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { parseTemplate, renderTemplate } from "../../../src/core/template/template.ts";
import { ruleDocuments } from "../../helpers/intents.ts";
import { RUNS } from "../../helpers/runs.ts";

const noTemplate = (): never => {
  throw new Error("no template is used here");
};
const encode = async (text: string) =>
  encodeDocument(lowerIntent(await parseIntent(text, "f", noTemplate)), undefined).nftables;

/** The fault of an intent with one rule that holds these lines. */
function faultOfRule(lines: string): Promise<string> {
  return faultOf(`version: 1\nrules:\n  - name: x\n    hook: input\n${lines.replace(/^/gm, "    ")}\n`);
}

async function faultOf(text: string): Promise<string> {
  try {
    await encode(text);
  } catch (error) {
    if (error instanceof Fault) return `${error.where} ${error.message} | ${error.remedy}`;
    throw error;
  }
  return "no fault";
}

describe("what libnftables swallows silently is a fault with its place", () => {
  test.each([
    ['log: { group: "0" }', "f:5:19 rules[0].log.group: "],
    ["log: { group: 1.5 }", 'f:5:19 rules[0].log.group: expected a whole number, found "1.5"'],
    ["log: { group: 65536 }", "f:5:19 rules[0].log.group: "],
    ["log: { group: -1 }", "f:5:19 rules[0].log.group: "],
    ["log: { gruop: 1 }", 'f:5:12 rules[0].log.gruop: there is no such key | did you mean "group"?'],
    ["log: { queue_threshold: 5, group: 1 }", "rules[0].log.queue_threshold: there is no such key"],
    ["log: { group: 1, queue-threshold: 0 }", "rules[0].log.queue-threshold: "],
    ["log: { snaplen: 96 }", "rules[0].log.snaplen: only goes with group"],
    ["log: { group: 1, level: info }", "rules[0].log.level: and group exclude each other"],
    ["log: { group: 1, flags: [skuid] }", "rules[0].log.flags: and group exclude each other"],
    ["log: { level: warning }", "rules[0].log.level: "],
    ["log: { level: audit, prefix: x }", "rules[0].log.prefix: is not carried by an audit record"],
    ["log: { prefix: 'a\"b' }", "rules[0].log.prefix: must not hold a double quote"],
    ["log: { prefix: 'a$b' }", "rules[0].log.prefix: must not hold a double quote"],
    ['log: { prefix: "a\\nb" }', "rules[0].log.prefix: must not hold a double quote"],
    ["log: { prefix: '' }", "rules[0].log.prefix: must not be empty"],
    [`log: { prefix: ${"x".repeat(128)} }`, "rules[0].log.prefix: must not be longer than 127 bytes"],
    [`log: { prefix: ${"é".repeat(64)} }`, "rules[0].log.prefix: must not be longer than 127 bytes"],
    ["limit: 0/minute", "rules[0].limit: "],
    ["limit: 5/minute burst 0", "rules[0].limit: "],
    ["limit: 5/minute burst 10 bytes", "rules[0].limit: "],
    ["match: { tcp: { dport: 22 }, udp: { dport: 22 } }", "rules[0].match.udp: no packet matches both tcp and udp"],
    ["match: { tcp: { dport: 65536 } }", "rules[0].match.tcp.dport: expected a whole number from 0 to 65535"],
    ["match: { tcp: { dport: 90-80 } }", "rules[0].match.tcp.dport: expected"],
    ["match: { iifname: [eth0, '!eth1'] }", "rules[0].match.iifname: either all of a list have a ! or none"],
    ["match: { iifname: abcdefghijklmnop }", "rules[0].match.iifname: expected an interface name"],
    ["match: { iifname: ['9*', ':'] }", "rules[0].match.iifname: nft would join two of these names"],
    ["match: { ip: { saddr: 10.0.0.256 } }", "rules[0].match.ip.saddr: expected an IPv4 address"],
    ["match: { ip: { saddr: 10.0.0.0/33 } }", "rules[0].match.ip.saddr: expected an IPv4 address"],
    ["match: { ip: { saddr: '::1' } }", "rules[0].match.ip.saddr: expected an IPv4 address"],
    ["match: { ct: { state: [new, new] } }", "rules[0].match.ct.state: a value is given twice"],
    ["match: { ct: { mark: [11, '0xb'] } }", "rules[0].match.ct.mark: a value is given twice"],
    ["match: { ip6: { saddr: ['::1', '0:0::1'] } }", "rules[0].match.ip6.saddr: a value is given twice"],
    ["match: { tcpp: { dport: 22 } }", 'rules[0].match.tcpp: there is no such key | did you mean "tcp"?'],
    ["into: inet filter input", "rules[0]: needs one of hook and into"],
    ["log: &a { group: 1 }\nmatch: *a", "uses an alias"],
    ["log: {}\nlog: {}", "duplicated mapping key"],
  ])("%s", async (lines, fault) => {
    expect(await faultOfRule(lines)).toContain(fault);
  });

  test.each([
    ["", "f:1:1 the document: "],
    ["version: 2\n", "f:1:10 version: "],
    ["version: 1\nrule: []\n", 'f:2:1 rule: there is no such key | did you mean "rules"?'],
    ["version: 1\ndefault-log: { ip: group 3 }\n", "default-log.ip: must be"],
    ["version: 1\ndefault-log: { ip: kernel, inet: none }\n", "default-log: ip is given twice"],
    ["version: 1\ndefault-log: { ip: user group 65536 }\n", "the group must be 65535 at most"],
    [
      "version: 1\nrules:\n  - {name: a, hook: input}\n  - {name: a, hook: input}\n",
      'f:4:5 a rule is called "a" twice, first at f:3:5',
    ],
    ["version: 1\nrules: [\n", "cannot read f: "],
    ["version: 1\nrules: [{ use: x, wiht: {} }]\n", 'did you mean "with"?'],
  ])("%j", async (text, fault) => {
    expect(await faultOf(text)).toContain(fault);
  });
});

/** The kinds of a rule's expressions: `match match limit log`. */
function kindsOf(command: object): string[] {
  const rule = "add" in command ? (command.add as { rule?: { expr: object[] } }).rule : undefined;
  return rule === undefined ? [] : [rule.expr.map((expression) => Object.keys(expression)[0]).join(" ")];
}

describe("lowering the default log", () => {
  const rules = async (defaults: string, rule = "{ name: x, hook: input, counter: false }") =>
    (await encode(`version: 1\ndefault-log: ${defaults}\nrules: [${rule}]\n`)).flatMap((command) =>
      "add" in command && "rule" in command.add ? [(command.add["rule"] as { expr: unknown[] }).expr] : [],
    );
  const nfproto = (right: string) => ({ match: { op: "==", left: { meta: { key: "nfproto" } }, right } });

  test("families that agree make one rule, others one each", async () => {
    expect(await rules("{}")).toEqual([[{ log: null }]]);
    expect(await rules("{ inet: user group 3 }")).toEqual([[{ log: { group: 3 } }]]);
    expect(await rules("{ ip6: user group 3 }")).toEqual([
      [nfproto("ipv4"), { log: null }],
      [nfproto("ipv6"), { log: { group: 3 } }],
    ]);
    expect(await rules("{ ip6: none }")).toEqual([[nfproto("ipv4"), { log: null }]]);
    expect(await rules("{ inet: none }")).toEqual([]);
    expect(await rules("{ inet: none }", "{ name: x, into: inet f input, before: drop }")).toEqual([]);
  });

  test("a rule that names a destination stands over the default, also level warn", async () => {
    expect(await rules("{ inet: user }", "{ name: x, hook: input, counter: false, log: { level: warn } }")).toEqual([
      [{ log: null }],
    ]);
    expect(await rules("{ inet: none }", "{ name: x, hook: input, counter: false, log: { group: 5 } }")).toEqual([
      [{ log: { group: 5 } }],
    ]);
  });

  test("the two halves of a rule share one named limit", async () => {
    const commands = await encode(
      "version: 1\ndefault-log: { ip6: user }\nrules: [{ name: x, hook: input, limit: 5/minute }]\n",
    );
    const text = JSON.stringify(commands);
    expect(text.match(/"limit":\{"family"/g)).toHaveLength(1);
    expect(text.match(/\{"limit":"x-limit"\}/g)).toHaveLength(2);
  });

  test("the limit stands before the log, and no rule holds a verdict", async () => {
    await fc.assert(
      fc.asyncProperty(ruleDocuments, async (documents) => {
        const intent = dump({ version: 1, rules: documents }, { noRefs: true });
        for (const kinds of (await encode(intent)).flatMap(kindsOf)) {
          expect(kinds).toMatch(/^((match|quota|limit|set) )*(counter )?log$/);
        }
      }),
      { numRuns: Math.min(RUNS, 100) },
    );
  });
});

describe("templates", () => {
  const header = "{{!--\npurpose: p\nparameters:\n  tag: { type: text, about: a }\nexample: e\n--}}\n";
  const template = parseTemplate(
    `${header}- { name: x, hook: input, log: { prefix: {{json tag}} } }\n`,
    "t",
    "t.yaml.hbs",
  );

  test("whatever a parameter holds, it is a prefix or a fault, never another rule", async () => {
    const bits = fc.constantFrom(
      '"',
      "'",
      "{{",
      "}}",
      "\n- ",
      "$x",
      "#",
      ": ",
      "{ name: y }",
      "\u001b[2J",
      "*a",
      "&a",
      "é",
      "!",
    );
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(bits).map((some) => some.join("")),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (tag) => {
        const render = () => renderTemplate(template, { tag }, "f");
        try {
          const { rules } = await parseIntent("version: 1\nrules: [{ use: t }]\n", "f", render);
          expect(rules.map(({ document }) => document)).toEqual([
            { name: "x", hook: "input", counter: true, log: { prefix: tag }, accept: [] },
          ]);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ["a parameter that it does not take", { tga: "x" }, 'template t has no parameter "tga"'],
    ["a parameter that it needs", {}, "template t: tag: expected a text, found nothing"],
    ["a parameter of another type", { tag: 5 }, "template t: tag: expected a text, found 5"],
  ])("%s is a fault", (_what, given, message) => {
    expect(() => renderTemplate(template, given, "f:1:1")).toThrow(message);
  });

  test("a misspelt variable is a fault, not an empty text", () => {
    const misspelt = parseTemplate(`${header}- {{json tga}}\n`, "t", "t.yaml.hbs");
    expect(() => renderTemplate(misspelt, { tag: "x" }, "f:1:1")).toThrow("cannot render t.yaml.hbs");
  });
});

test.each([
  ["blocks", "{{#each x}}".repeat(6000) + "{{/each}}".repeat(6000)],
  ["calls", `{{json ${"(not ".repeat(20_000)}x${")".repeat(20_000)}}}`],
])("a template of %s that are too deep is refused before it is parsed", (_what, text) => {
  const template = parseTemplate(`{{!--\npurpose: x\nexample: x\n--}}\n${text}`, "deep", "deep");
  expect(() => renderTemplate(template, {}, "f")).toThrow("at most 64 blocks or calls may stand in one another");
});
