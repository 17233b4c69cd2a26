import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesOf } from "../../src/core/diff/changes.ts";
import { Fault } from "../../src/core/model/fault.ts";
import { diffRules, type Host, lintRules, openHost, readSource, renderRules } from "../../src/index.ts";
import { ROOT } from "../helpers/cli.ts";

const OPTIONS = { templates: { given: [], own: `${ROOT}templates` }, say: () => {} };
let host: Host;
let directory: string;
const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  host = await openHost({});
  directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const rules = (...some: string[]): string => `version: 1\nrules:\n${some.map((rule) => `  - ${rule}\n`).join("")}`;
const LISTING = JSON.stringify({
  nftables: [
    { metainfo: { version: "1.1.7" } },
    { table: { family: "inet", name: "filter", handle: 1 } },
    {
      chain: { family: "inet", table: "filter", name: "input", type: "filter", hook: "input", prio: 0, policy: "drop" },
    },
    {
      rule: {
        family: "inet",
        table: "filter",
        chain: "input",
        handle: 4,
        expr: [{ match: { op: "in", left: { ct: { key: "state" } }, right: "invalid" } }, { drop: null }],
      },
    },
    {
      rule: {
        family: "inet",
        table: "filter",
        chain: "input",
        handle: 5,
        comment: "ssh",
        expr: [{ match: { op: "==", left: { meta: { key: "cpu" } }, right: 0 } }, { accept: null }],
      },
    },
  ],
});
const rule = (name: string, more: string): string => `{ name: ${name}, into: inet filter input, ${more} }`;

describe("what a text is, is told by its first words", () => {
  test.each([
    ["intent", "version: 1\n"],
    ["intent", "# a comment\n\nrules: []\nversion: 1\n"],
    ["intent", '{ "version": 1 }'],
    ["json", '{ "nftables": [] }'],
    ["json", '\n {"nftables":[]}'],
    ["text", ""],
  ])("%s: %j", async (form, text) => {
    expect((await readSource(host, file("some", text), OPTIONS)).form).toBe(form);
  });

  test.each([
    ['{ "nftables": [', "is no JSON"],
    ['{ "nftables": 5 }', 'it has no list "nftables"'],
    ['{ "nftables": [5] }', "is no object with one key"],
    ['{ "nftables": [{ "add": 5 }] }', "add is no object with one key"],
    ['{ "nftables": [{ "delete": { "rule": { "handle": 5 } } }] }', "names a rule by its handle 5"],
    ["[1, 2]", "nft does not take"],
    ["{ version: 1, nftables: [] }", "nftables: there is no such key"],
  ])("%j is one fault", async (text, says) => {
    const read = readSource(host, file("some", text), OPTIONS);
    await expect(read).rejects.toBeInstanceOf(Fault);
    await expect(read).rejects.toThrow(says);
  });
});

describe("before: a rule stands before each drop, under its conditions", () => {
  const placed = async (...some: string[]): Promise<unknown[]> => {
    const on = file("on.json", LISTING);
    const { nftables } = await renderRules(host, file("i.yaml", rules(...some)), { ...OPTIONS, on });
    return nftables.map((command) => {
      const [verb, object] = Object.entries(command)[0] as [string, { rule: { index?: number; expr: object[] } }];
      const { index, expr } = object.rule;
      return [verb, index ?? "-", expr.map((statement) => Object.keys(statement)[0]).join(" ")];
    });
  };

  test("a drop, then the policy", async () => {
    expect(await placed(rule("a", "before: drop, log: { group: 1 }"))).toEqual([
      ["insert", 0, "match counter log"],
      ["add", "-", "counter log"],
    ]);
  });

  test("what is put in earlier counts", async () => {
    expect(
      await placed(
        rule("first", "at: start, log: { group: 1 }"),
        rule("a", "before: drop, log: { group: 1 }"),
        rule("b", "before: { comment: ssh }, log: { group: 1 }"),
        rule("c", "before: { handle: 4 }, log: { group: 1 }"),
      ),
    ).toEqual([
      ["insert", "-", "counter log"],
      ["insert", 1, "match counter log"],
      ["add", "-", "counter log"],
      ["insert", 3, "counter log"],
      ["insert", 2, "counter log"],
    ]);
  });

  test.each([
    ["before: reject", "there is nothing in inet filter input to stand before: reject"],
    ["before: { comment: nope }", 'to stand before: comment "nope"'],
    ["before: { handle: 9 }", "to stand before: handle 9"],
  ])("%s is a fault where there is none", async (before, says) => {
    await expect(placed(rule("a", before))).rejects.toThrow(says);
  });

  test("it needs the ruleset, and the chain in it", async () => {
    const intent = file("i.yaml", rules(rule("a", "before: drop")));
    await expect(renderRules(host, intent, OPTIONS)).rejects.toThrow("which is not known");
    const other = file("o.yaml", rules("{ name: a, into: inet filter other, before: drop }"));
    await expect(renderRules(host, other, { ...OPTIONS, on: file("on.json", LISTING) })).rejects.toThrow(
      "there is no chain inet filter other",
    );
  });
});

describe("an intent beside a listing", () => {
  test("only what it speaks of is compared", async () => {
    const intent = file("i.yaml", rules("{ name: a, hook: input, log: { group: 1 } }"));
    const found = await diffRules(host, [intent, file("on.json", LISTING)], OPTIONS);
    expect(changesOf(found).map(({ what, kind, path }) => `${what} ${kind} ${path}`)).toEqual([
      "removed table inet netlogctl",
      "removed chain inet netlogctl",
      "removed rule inet netlogctl input",
    ]);
  });

  test("rules of ours in it that were edited and moved are told", async () => {
    const before = file(
      "a.yaml",
      rules(rule("a", "log: { group: 1 }"), rule("b", "log: { group: 2 }"), rule("c", "log: { group: 3 }")),
    );
    const after = file(
      "b.yaml",
      rules(rule("c", "log: { group: 4 }"), rule("a", "log: { group: 1 }"), rule("b", "log: { group: 2 }")),
    );
    const found = await diffRules(host, [before, after], OPTIONS);
    expect(changesOf(found)).toEqual([
      {
        what: "moved and edited",
        kind: "rule",
        path: "inet filter input",
        name: "netlogctl:c",
        from: 3,
        to: 1,
        before: 'counter log group 3 comment "netlogctl:c"',
        after: 'counter log group 4 comment "netlogctl:c"',
      },
    ]);
  });

  test("a rule that went to another chain has moved there", async () => {
    const at = (hook: string): string => rules(`{ name: a, hook: ${hook}, log: { group: 1 } }`);
    const found = await diffRules(host, [file("a.yaml", at("input")), file("b.yaml", at("forward"))], OPTIONS);
    expect(changesOf(found).find(({ kind }) => kind === "rule")).toMatchObject({
      what: "moved",
      path: "inet netlogctl forward",
      fromPath: "inet netlogctl input",
    });
  });
});

describe("accept", () => {
  const codes = async (text: string): Promise<string[]> =>
    (await lintRules(host, file("i.yaml", text), OPTIONS)).map(({ code, rule: name }) => `${code} ${name ?? "-"}`);
  const NO_LIMIT = 'name: a, hook: input, log: { prefix: "a: ", group: 1 }';

  test.each([
    ["nothing is accepted", rules(`{ ${NO_LIMIT} }`), ["no-limit a"]],
    ["by the rule", rules(`{ ${NO_LIMIT}, accept: [no-limit] }`), []],
    ["everywhere", `${rules(`{ ${NO_LIMIT} }`)}accept: [no-limit]\n`, []],
    ["for nothing", rules(`{ ${NO_LIMIT}, limit: 1/second, accept: [no-limit] }`), ["unused-accept -"]],
    ["beside a template", rules("{ use: packet-logs, accept: [group-0] }"), []],
    ["not beside it", rules("{ use: packet-logs }"), ["group-0 lan-in"]],
    ["a default of none", `${rules("{ name: a, hook: input }")}default-log: { inet: none }\n`, ["logs-nowhere a"]],
    ["a set without use", `${rules("{ use: invalid }")}sets: { some: { type: ip } }\n`, ["unused-set -"]],
  ])("%s", async (_what, text, found) => {
    expect(await codes(text)).toEqual(found);
  });

  test("a code that is none is found at its place, with the nearest", async () => {
    const [found] = await lintRules(host, file("i.yaml", rules(`{ ${NO_LIMIT}, accept: [no-limits] }`)), OPTIONS);
    expect(found).toMatchObject({ code: "no-intent", message: expect.stringContaining('did you mean "no-limit"') });
  });
});

test("every template renders with its own example, and the linter finds nothing in it but the shared group", async () => {
  const { listTemplates } = await import("../../src/index.ts");
  const templates = await listTemplates(host, OPTIONS.templates, OPTIONS.say);
  expect(templates.map(({ name }) => name)).toEqual([
    "dns",
    "dropped",
    "flood-guard",
    "invalid",
    "new-connections",
    "packet-logs",
    "qubes-firewall",
    "qubes-net",
    "scan",
  ]);
  for (const { name, example } of templates) {
    const found = await lintRules(host, file("i.yaml", rules(example)), OPTIONS);
    expect(
      found.filter(({ code }) => code !== "group-0"),
      name,
    ).toEqual([]);
  }
});

describe("before: drop where drops depend on more than the packet", () => {
  const on = (expr: object[], policy = "accept"): string =>
    file(
      "on.json",
      JSON.stringify({
        nftables: [
          { table: { family: "inet", name: "filter" } },
          { chain: { family: "inet", table: "filter", name: "input", type: "filter", hook: "input", prio: 0, policy } },
          { rule: { family: "inet", table: "filter", chain: "input", expr } },
        ],
      }),
    );
  const match = { match: { op: "==", left: { meta: { key: "cpu" } }, right: 0 } };

  test.each<[string, object[], number]>([
    ["a limit", [match, { limit: { rate: 5, per: "second" } }, { drop: null }], 1],
    ["a verdict map", [{ vmap: { key: { ct: { key: "state" } }, data: { set: [["invalid", { drop: null }]] } } }], 1],
    ["a map with a name", [{ vmap: { key: { ct: { key: "state" } }, data: "@some" } }], 1],
    [
      "a map that does not drop",
      [{ vmap: { key: { ct: { key: "state" } }, data: { set: [["new", { accept: null }]] } } }],
      0,
    ],
    ["a counter", [match, { counter: null }, { drop: null }], 0],
  ])("%s is said, not copied", async (_what, expr, count) => {
    const said: string[] = [];
    const options = { ...OPTIONS, say: (line: string) => void said.push(line), on: on(expr, "drop") };
    await renderRules(host, file("i.yaml", rules(rule("a", "before: drop, log: { group: 1 }"))), options);
    expect(said.filter((line) => line.includes("it is not logged"))).toHaveLength(count);
  });

  test("behind a rule that ends every packet nothing is put", async () => {
    const intent = file("i.yaml", rules(rule("a", "before: drop, log: { group: 1 }")));
    await expect(
      renderRules(host, intent, { ...OPTIONS, on: on([{ goto: { target: "x" } }], "drop") }),
    ).rejects.toThrow("there is nothing in inet filter input to stand before: drop");
  });
});

test("a rule of ours that stands elsewhere among those of others is a difference", async () => {
  const listing = JSON.parse(LISTING) as { nftables: object[] };
  const own = {
    rule: {
      family: "inet",
      table: "filter",
      chain: "input",
      comment: "netlogctl:a",
      expr: [{ counter: null }, { log: { group: 1 } }],
    },
  };
  const intent = file("i.yaml", rules(rule("a", "log: { group: 1 }")));
  const differs = async (nftables: object[]): Promise<number> =>
    changesOf(await diffRules(host, [intent, file("l.json", JSON.stringify({ nftables }))], OPTIONS)).length;
  expect(await differs([...listing.nftables, own])).toBe(0);
  expect(await differs([...listing.nftables.slice(0, -1), own, ...listing.nftables.slice(-1)])).toBe(1);
});

describe("a template is more than text", () => {
  const template = async (
    body: string,
    given = "",
    parameters = "word: { type: text, about: a, default: x }",
  ): Promise<string[]> => {
    const { mkdirSync } = await import("node:fs");
    const own = join(directory, "templates");
    mkdirSync(own, { recursive: true });
    writeFileSync(
      join(own, "own.yaml.hbs"),
      `{{!--\npurpose: p\nparameters: { ${parameters} }\nexample: e\n--}}\n${body}\n`,
    );
    const intent = file("i.yaml", rules(`{ use: own, with: { ${given} } }`));
    const { nftables } = await renderRules(host, intent, {
      ...OPTIONS,
      templates: { given: [own], own: OPTIONS.templates.own },
    });
    return nftables.flatMap((command) =>
      "add" in command && command.add["rule"] ? [JSON.stringify(command.add["rule"])] : [],
    );
  };
  const BODY = "- { name: a, hook: input, log: { prefix: WORD } }";

  test.each([
    ['"{{word}}"', "{{word}} must be {{json word}}"],
    ['"p {{json word}}"', "cannot read"],
    ["p{{json word}}", "a value stands in the middle of a text"],
    ["{{json wrod}}", "wrod names a variable that no parameter has"],
    ['{{json (join "x" wrod)}}', "wrod names a variable"],
    ["{{json word.length}}", "word.length names a variable"],
    ["{{json word.constructor}}", "word.constructor names a variable"],
    ["{{log word}}", "{{log}} must be {{json log}}"],
    ["{{json (log word)}}", "there is no log"],
    ["{{> other}}", "only {{json ...}}"],
    ["{{{word}}}", "must be {{json word}}"],
    ["{{#with word}}x{{/with}}", "there is no with"],
    ["{{#each word}}{{#each word}}{{#each word}}x{{/each}}{{/each}}{{/each}}", "each may stand in each"],
  ])("%s is a fault at its use", async (word, says) => {
    const rendered = template(BODY.replace("WORD", word));
    await expect(rendered).rejects.toBeInstanceOf(Fault);
    await expect(rendered).rejects.toThrow(says);
    await expect(rendered).rejects.toMatchObject({ where: expect.stringMatching(/i\.yaml:3:\d+$/) });
  });

  test("a value is what it is, wherever it comes from", async () => {
    const hostile = 'x", group: 7 }, counter: false } #';
    await expect(template(BODY.replace("WORD", "{{json word}}"), `word: ${JSON.stringify(hostile)}`)).rejects.toThrow(
      "must not hold a double quote",
    );
    expect(await template(BODY.replace("WORD", "{{json word}}"), "word: 'x, group: 7 }'")).toEqual([
      '{"family":"inet","table":"netlogctl","chain":"input","comment":"netlogctl:a","expr":[{"counter":null},{"log":{"prefix":"x, group: 7 }"}}]}',
    ]);
  });

  test("null is no default", async () => {
    await expect(template(BODY.replace("WORD", "{{json word}}"), "word: null")).rejects.toThrow(
      "expected a text, found null",
    );
  });
});
