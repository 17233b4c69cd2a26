import { CODES, type CodeFacts, type LintCode } from "./codes.ts";
import type { Finding } from "./finding.ts";
import { parsePlace } from "./place.ts";

export interface SarifOptions {
  /** netlogctl's own. */
  readonly version: string;
  /** The file that was linted: where a finding is shown whose place is one in a ruleset. */
  readonly file: string;
}

/** A log of SARIF 2.1.0 (OASIS), with what GitHub's code scanning asks for: a file for every finding, and fingerprints. */
export function sarifOf(findings: readonly Finding[], { version, file }: SarifOptions): SarifLog {
  const codes = Object.keys(CODES) as LintCode[];
  const occurrences = new Map<string, number>();
  const results = findings.map((finding): SarifResult => {
    const key = [finding.code, finding.rule ?? logicalName(finding) ?? "", finding.message].join("\n");
    const occurrence = (occurrences.get(key) ?? 0) + 1;
    occurrences.set(key, occurrence);
    return {
      ruleId: finding.code,
      ruleIndex: codes.indexOf(finding.code),
      level: finding.severity,
      message: { text: finding.message },
      locations: [locationOf(finding, file)],
      // The name that GitHub looks for; by what was found, not by its line, which moves.
      partialFingerprints: { primaryLocationLineHash: `${hash(key)}:${occurrence}` },
    };
  });
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "netlogctl", version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
}

function ruleOf(id: LintCode): SarifRule {
  const { severity, why, remedy }: CodeFacts = CODES[id];
  return {
    id,
    shortDescription: { text: why },
    fullDescription: { text: why },
    help: { text: remedy },
    defaultConfiguration: { level: severity },
  };
}

function locationOf(finding: Finding, file: string): SarifLocation {
  const place = parsePlace(finding.where);
  const name = logicalName(finding);
  const column = place?.column;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(place?.file ?? file) },
      region: { startLine: place?.line ?? 1, ...(column === undefined ? {} : { startColumn: column }) },
    },
    ...(name === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: name }] }),
  };
}

function logicalName({ where }: Finding): string | undefined {
  return parsePlace(where) === undefined ? where : undefined;
}

/** A path as a URI (RFC 3986); halves of characters have none. */
function uriOf(path: string): string {
  const encoded = path
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}

/** FNV-1a of 64 bits: the same text, the same fingerprint. */
function hash(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const number = bytes.reduce(
    (sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100_0000_01b3n),
    0xcbf2_9ce4_8422_2325n,
  );
  return number.toString(16).padStart(16, "0");
}

interface SarifText {
  readonly text: string;
}

interface SarifRule {
  readonly id: LintCode;
  readonly shortDescription: SarifText;
  readonly fullDescription: SarifText;
  readonly help: SarifText;
  readonly defaultConfiguration: { readonly level: Finding["severity"] };
}

interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly startColumn?: number };
  };
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
}

interface SarifResult {
  readonly ruleId: LintCode;
  readonly ruleIndex: number;
  readonly level: Finding["severity"];
  readonly message: SarifText;
  readonly locations: readonly SarifLocation[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

/** What sarifOf makes: the part of SARIF that it uses. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly SarifRule[] };
      };
      readonly columnKind: "utf16CodeUnits";
      readonly results: readonly SarifResult[];
    },
  ];
}
