import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { rulesSchema } from "../../src/index.ts";
import { ROOT } from "../helpers/cli.ts";

const MAN = `${ROOT}dist/man/`;
const PAGES = readdirSync(MAN);
const PACKAGE = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as {
  readonly man: readonly string[];
  readonly oclif: { readonly topics: object };
};
const MANIFEST = JSON.parse(readFileSync(`${ROOT}oclif.manifest.json`, "utf8")) as { readonly commands: object };

/** The page as people see it, in 80 columns. */
async function shown(page: string): Promise<string> {
  const { stdout } = await execa("mandoc", ["-T", "ascii", "-O", "width=78", MAN + page]);
  return stdout.split(/.\cH/).join(""); // overstruck letters are bold or underlined
}

test("each command and each topic has a page, and npm installs all of them", () => {
  const names = [...Object.keys(MANIFEST.commands), ...Object.keys(PACKAGE.oclif.topics)];
  for (const name of names) expect(PAGES).toContain(`netlogctl-${name.replaceAll(":", "-")}.1`);
  expect([...PACKAGE.man].sort()).toEqual(PAGES.map((page) => `./dist/man/${page}`).sort());
});

describe.concurrent("a page is well formed", () => {
  test.for(PAGES)("%s", async (page, { expect: expectHere }) => {
    const lint = await execa("mandoc", ["-T", "lint", "-W", "warning", MAN + page], { reject: false, all: true });
    expectHere(lint.all).toBe("");
    const words = ["-man", "-ww", "-z", "-Kutf8", "-Tutf8", MAN + page]; // as man --warnings does
    expectHere((await execa("groff", words, { all: true })).all).toBe("");
    for (const line of (await shown(page)).split("\n")) {
      if (!line.startsWith("           ")) expectHere(line.length).toBeLessThanOrEqual(80);
    }
  });
});

test("a page names what see also names", async () => {
  for (const page of PAGES) {
    const [, seeAlso = ""] = (await shown(page)).split("\nSEE ALSO\n");
    for (const [, name, number] of seeAlso.matchAll(/(netlogctl[\w-]*)\((\d)\)/g)) {
      if (seeAlso.includes(`${name}(`)) expect(PAGES).toContain(`${name}.${number}`);
    }
  }
});

test("a page tells flags with their values, examples as they are typed, and what stands in quotes", async () => {
  const text = await shown("netlogctl-rules-apply.1");
  expect(text).toContain("-f, --file=FILE");
  expect(text).toContain("netlogctl rules apply -f netlog.yaml --yes --confirm-within 60s");
  expect(text).toContain('"-" is standard input');
  expect(await shown("netlogctl-packets-stream.1")).toMatch(/--where/);
});

test("each key of the intent is told of", async () => {
  const text = await shown("netlogctl-intent.5");
  const keys: string[] = [];
  collect(rulesSchema() as Schema, "", keys);
  expect(keys.length).toBeGreaterThan(100);
  for (const key of keys) expect(text).toContain(key);
});

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

/** The paths of all keys, each of which has a description. */
function collect(schema: Schema, path: string, keys: string[]): void {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const at = path === "" ? key : `${path}.${key}`;
    expect(child.description, at).toMatch(/\w/);
    keys.push(at);
    collect(child, at, keys);
  }
  if (schema.items !== undefined) collect(schema.items, path, keys);
  if (typeof schema.additionalProperties === "object") collect(schema.additionalProperties, `${path}.NAME`, keys);
  for (const form of schema.anyOf ?? []) collect(form, path, keys);
}

test("the same source has the same pages", async () => {
  const before = PAGES.map((page) => readFileSync(MAN + page, "utf8"));
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
  try {
    const dated = { SOURCE_DATE_EPOCH: "86400" };
    await execa(process.execPath, [`${ROOT}scripts/man.js`, directory], { env: dated });
    const after = PAGES.map((page) => readFileSync(join(directory, page), "utf8"));
    const day = /^(\.TH "[^"]+" \d) \d{4}-\d\d-\d\d/m;
    expect(after.map((text) => text.replace(day, "$1"))).toEqual(before.map((text) => text.replace(day, "$1")));
    for (const text of after) expect(text).toMatch(/^\.TH "[^"]+" \d 1970-01-02 /m);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
