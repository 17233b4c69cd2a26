import { check } from "../intent/check.ts";
import { parseYaml } from "../intent/positions.ts";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import { TestDocument, TestFileHead } from "./document.ts";

const REMEDY = "see netlogctl rules schema --tests for what may stand there";

/** A log test and where it stands. */
export interface LogTest {
  readonly document: TestDocument;
  /** `file:line:column`. */
  readonly where: string;
}

/** A file of log tests. */
export interface TestFile extends Omit<TestFileHead, "tests"> {
  readonly tests: readonly LogTest[];
}

/** Reads a file of log tests. Whatever is wrong is a fault with its place, its path, and the nearest word that would be right. */
export function parseTestFile(text: string, source: string): TestFile {
  const located = parseYaml(text, source);
  refuseIntent(located.value, source);
  const head = check(TestFileHead, located.value, { located, path: [], remedy: REMEDY });
  const tests = head.tests.map((item, index) => {
    const path = ["tests", index];
    return { document: check(TestDocument, item, { located, path, remedy: REMEDY }), where: located.where(path), path };
  });
  const places = new Map<string, string>();
  for (const { document, where, path } of tests) {
    refuseTwice(document.name, where, places);
    refuseEmpty(document, where);
    refuseInterfaces({ document, where }, Object.keys(head.interfaces), (at) =>
      located.where([...path, "packets", at]),
    );
  }
  return { ...head, tests };
}

/** The other file of the two. */
function refuseIntent(value: unknown, source: string): void {
  if (typeof value !== "object" || value === null || !("rules" in value) || "tests" in value) return;
  const remedy = "name the file of log tests, which names it: intent: FILE";
  throw new Fault("bad-input", `${source} is an intent, not a file of log tests`, remedy);
}

function refuseTwice(name: string, where: string, places: Map<string, string>): void {
  const earlier = places.get(name);
  places.set(name, where);
  if (earlier === undefined) return;
  const message = `a test is called ${JSON.stringify(name)} twice, first at ${earlier}`;
  throw new Fault("bad-input", message, "give each its own name", { where });
}

function refuseEmpty(document: TestDocument, where: string): void {
  if (document.logged !== undefined || document["not-logged"] !== undefined) return;
  const message = `test ${JSON.stringify(document.name)} expects nothing`;
  const remedy = "say logged: [...], not-logged: [...] or both; logged: [] is that nothing at all is logged";
  throw new Fault("bad-input", message, remedy, { where });
}

/** Packets and lines are of interfaces that are there. */
function refuseInterfaces(
  { document, where }: LogTest,
  known: readonly string[],
  placeOf: (packet: number) => string,
): void {
  const isKnown = (name: string | undefined): boolean => name === undefined || name === "lo" || known.includes(name);
  for (const [at, { in: arriving, out }] of document.packets.entries()) {
    if (!isKnown(arriving ?? out)) throw noInterface(arriving ?? out ?? "", known, placeOf(at));
  }
  const lines = [...(document.logged ?? []), ...(document["not-logged"] ?? [])];
  const wrong = lines.flatMap((line) => [line.in, line.out]).find((name) => !isKnown(name));
  if (wrong !== undefined) throw noInterface(wrong, known, where);
}

function noInterface(name: string, known: readonly string[], where: string): Fault {
  const remedy = `${didYouMean(name, known)}interfaces: names ${known.join(", ")}`;
  return new Fault("bad-input", `there is no interface ${name}`, remedy, { where });
}
