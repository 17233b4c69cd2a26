import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderLint } from "../../../src/cli/lint-text.ts";
import { annotationsOf } from "../../../src/core/lint/annotations.ts";
import { CODES } from "../../../src/core/lint/codes.ts";
import type { Finding } from "../../../src/core/lint/finding.ts";
import { sarifOf } from "../../../src/core/lint/sarif.ts";
import { RUNS } from "../../helpers/runs.ts";

const finding: Finding = {
  code: "no-limit",
  severity: "warning",
  message: "no limit before the log",
  where: "netlog.yaml:5:3",
  rule: "ssh",
};
const WHY = `${CODES["no-limit"].why}; ${CODES["no-limit"].remedy}`;
const hostile = fc.record({
  code: fc.constantFrom("no-limit" as const, "swallowed" as const),
  severity: fc.constantFrom("error" as const, "warning" as const, "note" as const),
  message: fc.string({ unit: "binary" }),
  where: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary" }).map((file) => `${file}:3:4`),
  ),
  rule: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
});

describe("annotations", () => {
  test.each<[Partial<Finding>, string]>([
    [{}, `::warning file=netlog.yaml,line=5,col=3,title=no-limit in ssh::no limit before the log: ${WHY}`],
    [{ rule: undefined }, `::warning file=netlog.yaml,line=5,col=3,title=no-limit::no limit before the log: ${WHY}`],
    [
      { severity: "note", where: "f:5" },
      `::notice file=f,line=5,title=no-limit in ssh::no limit before the log: ${WHY}`,
    ],
    [
      { where: "inet t input, rule 3" },
      `::warning title=no-limit in ssh::inet t input, rule 3: no limit before the log: ${WHY}`,
    ],
    [
      { where: "a,b:c%.yaml:5:3", message: "100%\r\n::error::x", severity: "error" },
      `::error file=a%2Cb%3Ac%25.yaml,line=5,col=3,title=no-limit in ssh::100%25%0D%0A::error::x: ${WHY}`,
    ],
    [
      { rule: "a\n::stop-commands::x" },
      `::warning file=netlog.yaml,line=5,col=3,title=no-limit in a%0A%3A%3Astop-commands%3A%3Ax::no limit before the log: ${WHY}`,
    ],
  ])("%j", (some, line) => {
    expect(annotationsOf([{ ...finding, ...some }])).toEqual([line]);
  });

  test("whatever a rule holds, it is one line and one command", () => {
    fc.assert(
      fc.property(hostile, (one) => {
        const [line = ""] = annotationsOf([one]);
        expect(line).toMatch(/^::(error|warning|notice) [^\r\n]*$/);
        const [, properties = ""] = /^::[a-z]+ (.*?)::/s.exec(line) ?? [];
        expect(properties.split(",").map((property) => property.split("=")[0])).toEqual(
          properties.startsWith("file=")
            ? ["file", "line", ...(properties.includes(",col=") ? ["col"] : []), "title"]
            : ["title"],
        );
      }),
      { numRuns: RUNS },
    );
  });
});

const options = { version: "1.2.3", file: "/etc/netlogctl/net log.json" };

describe("SARIF", () => {
  test("a log that code scanning takes", () => {
    const { version, runs } = sarifOf([finding, { ...finding, where: "inet t input, rule 3" }], options);
    const [{ tool, results }] = runs;
    expect(version).toBe("2.1.0");
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(Object.keys(CODES));
    expect(tool.driver.rules[results[0]?.ruleIndex ?? -1]?.id).toBe("no-limit");
    expect(results).toEqual([
      {
        ruleId: "no-limit",
        ruleIndex: 3,
        level: "warning",
        message: { text: "no limit before the log" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "netlog.yaml" },
              region: { startLine: 5, startColumn: 3 },
            },
          },
        ],
        partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:1$/) },
      },
      {
        ruleId: "no-limit",
        ruleIndex: 3,
        level: "warning",
        message: { text: "no limit before the log" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "file:///etc/netlogctl/net%20log.json" },
              region: { startLine: 1 },
            },
            logicalLocations: [{ fullyQualifiedName: "inet t input, rule 3" }],
          },
        ],
        partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:2$/) },
      },
    ]);
  });

  test("a fingerprint stays where the line moves, and no two are the same", () => {
    const hashes = (findings: readonly Finding[]): string[] =>
      sarifOf(findings, options).runs[0].results.map(
        ({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash,
      );
    expect(hashes([{ ...finding, where: "netlog.yaml:99:1" }])).toEqual(hashes([finding]));
    expect(new Set(hashes([finding, finding, { ...finding, rule: "dns" }, { ...finding, code: "group-0" }])).size).toBe(
      4,
    );
  });

  test("whatever a rule holds, the file is a URI", () => {
    fc.assert(
      fc.property(hostile, (one) => {
        for (const { locations } of sarifOf([one], options).runs[0].results)
          expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[A-Za-z0-9%/:._~!*'()-]+$/);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("text", () => {
  test("a finding, its why and its remedy, and a count", () => {
    expect(renderLint([finding, { ...finding, severity: "error", message: "a\u001b[2J" }], "text", options)).toBe(
      [
        "netlog.yaml:5:3: warning: no limit before the log [no-limit]",
        `  why: ${CODES["no-limit"].why}`,
        `  remedy: ${CODES["no-limit"].remedy}`,
        "netlog.yaml:5:3: error: a\\u001b[2J [no-limit]",
        `  why: ${CODES["no-limit"].why}`,
        `  remedy: ${CODES["no-limit"].remedy}`,
        "1 error, 1 warning",
      ].join("\n"),
    );
  });

  test("nothing", () => {
    expect(renderLint([], "text", options)).toBe("nothing found");
  });
});
