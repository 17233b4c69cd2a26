import { startingPoint } from "../core/intent/starting-point.ts";
import { startingTests } from "../core/log-test/starting-tests.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";
import { isThere, readFile } from "./read-input.ts";
import { findTemplates, readTemplate, type TemplatePlaces } from "./templates.ts";

/** An intent to start from, and log tests of it. */
export interface Draft {
  readonly text: string;
  readonly tests: string;
}

/**
 * A commented intent to start from, with the templates of these names in use, and log tests with those of the templates.
 * @param path where the intent will be
 */
export async function draftRules(
  host: Host,
  path: string,
  use: readonly string[],
  places: TemplatePlaces,
): Promise<Draft> {
  const found = use.length === 0 ? new Map() : await findTemplates(host, places);
  const templates = [...new Set(use)].map((name) => readTemplate(found, name));
  const sources = templates.map(({ source }) => source.replace(/\.yaml\.hbs$/, ".test.yaml"));
  const tests: { text: string; source: string }[] = [];
  for (const source of new Set(sources)) {
    if (await isThere(host, source)) tests.push({ text: await readFile(host, source), source });
  }
  return { text: startingPoint(templates), tests: startingTests(path.slice(path.lastIndexOf("/") + 1), tests) };
}

/** Where the log tests of an intent stand: netlog.test.yaml beside netlog.yaml. */
export function testsPathOf(path: string): string {
  return `${path.replace(/\.ya?ml$/, "")}.test.yaml`;
}

/** Writes a draft; an intent that is there is a fault unless it is forced, and tests that are there stay: false. */
export async function initRules(host: Host, path: string, { text, tests }: Draft, isForced: boolean): Promise<boolean> {
  try {
    if (!isForced && (await isThere(host, path))) {
      throw new Fault("bad-input", `${path} is there already`, "name another with -f, or replace it with --force");
    }
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (directory === "/etc/netlogctl") await host.makeDirectory(directory, 0o755);
    await host.replaceFile(path, text, 0o644);
    const isNew = isForced || !(await isThere(host, testsPathOf(path)));
    if (isNew) await host.replaceFile(testsPathOf(path), tests, 0o644);
    return isNew;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw faultOfHost(
      error,
      "write the intent",
      error.code === "EACCES" ? "name a place that is yours with -f" : undefined,
    );
  }
}
