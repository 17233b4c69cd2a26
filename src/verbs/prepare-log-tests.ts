import { type Instrumented, instrument } from "../core/log-test/instrument.ts";
import { packetsOf, type TestPacket } from "../core/log-test/packets.ts";
import { type LogTest, parseTestFile } from "../core/log-test/test-file.ts";
import { wiringOf } from "../core/log-test/wiring.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { TrialInterface } from "../core/model/trial.ts";
import { type Captured, readCapture } from "../core/pcap/read.ts";
import { readBytes, readInput } from "./read-input.ts";
import type { SourceOptions } from "./rule-source.ts";
import { besideOf, type ReadTestFile, readTested, type TestedRules } from "./tested-rules.ts";

export interface PrepareOptions extends SourceOptions {
  /** A source of rules that is tested instead of what the files name. */
  readonly instead?: string | undefined;
  /** Only tests whose name holds this. */
  readonly named?: string | undefined;
  /** Whether lines for the kernel log are read from it instead of by a group in its place; trials have to be run one by one. */
  readonly readsKernelLog?: boolean | undefined;
}

/** A test, ready to be run. */
export interface Prepared {
  readonly suite: Suite;
  readonly test: LogTest;
  readonly packets: readonly TestPacket[];
}

/** A file of tests with what they are about. */
interface Suite {
  readonly file: string;
  readonly rules: TestedRules;
  readonly instrumented: Instrumented;
  readonly wiring: readonly TrialInterface[];
}

/** Reads a file of tests and makes them ready. */
export async function prepareLogTests(host: Host, path: string, options: PrepareOptions): Promise<Prepared[]> {
  const { text, source } = await readInput(host, path, "name a file of log tests; netlogctl rules init writes one");
  const file: ReadTestFile = { ...parseTestFile(text, source), source, text };
  const rules = await namedBy(source, readTested(host, file, options.instead, options));
  const wiring = wiringOf(file.interfaces);
  const suite: Suite = {
    file: source,
    rules,
    instrumented: instrument(rules.ruleset, options.readsKernelLog === true),
    wiring,
  };
  const captures = await readCaptures(host, file);
  const captureOf = (name: string): readonly Captured[] => captures.get(name) ?? [];
  const { named = "" } = options;
  return file.tests
    .filter(({ document }) => document.name.includes(named))
    .map((test) => ({
      suite,
      test,
      packets: test.document.packets.flatMap((packet) => packetsOf(packet, { wiring, captureOf, where: test.where })),
    }));
}

/** A file that cannot be read is said with the file that names it. */
async function namedBy<T>(source: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Fault) || error.where !== undefined) throw error;
    throw new Fault(error.code, error.message, error.remedy, { where: source, cause: error });
  }
}

async function readCaptures(host: Host, { tests, source }: ReadTestFile): Promise<Map<string, Captured[]>> {
  const names = new Set(tests.flatMap(({ document }) => document.packets.flatMap(({ pcap }) => pcap ?? [])));
  const captures = new Map<string, Captured[]>();
  for (const name of names) {
    const path = besideOf(source, name);
    const packets = readCapture(await namedBy(source, readBytes(host, path)), path);
    if (packets.length === 0)
      throw new Fault("bad-input", `${path} holds no packets`, "make one: tcpdump -w FILE", { where: source });
    captures.set(name, packets);
  }
  return captures;
}
