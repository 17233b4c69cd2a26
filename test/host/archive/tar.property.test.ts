import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { execaSync } from "execa";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { BrokenArchive, type TarMember } from "../../../src/core/model/depot.ts";
import { openDepot } from "../../../src/host/archive/open-depot.ts";
import { bytesOf, inPieces } from "../../helpers/chunks.ts";
import { RUNS } from "../../helpers/runs.ts";

const DIRECTORY = mkdtempSync(join(tmpdir(), "netlogctl-tar-"));
afterAll(() => rmSync(DIRECTORY, { recursive: true }));
const depot = openDepot();

type Found = Pick<TarMember, "name" | "kind"> & { readonly text: string };

async function membersIn(bytes: Buffer, size?: number): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { name, kind, body } of depot.readTar(inPieces(bytes, size))) {
    found.push({ name, kind, text: (await bytesOf(body)).toString("latin1") });
  }
  return found;
}

const file = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9._-]{0,60}$/),
  content: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
});

function sourcesOf(files: readonly { name: string; content: Buffer }[]) {
  return files.map(({ name, content }, index) => {
    const path = join(DIRECTORY, `source-${index}`);
    writeFileSync(path, content);
    return { name, path, bytes: content.length, modified: 1_700_000_000 };
  });
}

test("what is written is read back, by us and by tar(1), in pieces of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 4 }),
      fc.integer({ min: 1, max: 1500 }),
      async (files, size) => {
        const bytes = await bytesOf(depot.writeTar(sourcesOf(files)));
        const expected = files.map(({ name, content }) => ({ name, kind: "file", text: content.toString("latin1") }));
        expect(await membersIn(bytes, size)).toEqual(expected);
        const listed = execaSync("tar", ["-tf", "-"], { input: bytes, lines: true }).stdout;
        expect(listed).toEqual(files.map(({ name }) => name));
      },
    ),
    { numRuns: Math.min(RUNS, 60) },
  );
});

test.each([["gnu"], ["posix"], ["ustar"]])("what tar(1) writes in the form %s is read", async (format) => {
  const long = `${"d".repeat(90)}/${"n".repeat(99)}`;
  const names = format === "ustar" ? ["short"] : ["short", long];
  const root = mkdtempSync(join(DIRECTORY, "root-"));
  execaSync(
    "sh",
    ["-ec", `mkdir -p ${"d".repeat(90)}; echo one > short; echo two > ${long}; ln -s /etc/passwd link; mkfifo pipe`],
    { cwd: root },
  );
  const { stdout } = execaSync("tar", [`--format=${format}`, "-cf", "-", ...names, "link", "pipe"], {
    cwd: root,
    encoding: "buffer",
  });
  const found = await membersIn(Buffer.from(stdout));
  const texts = [
    { name: "short", kind: "file", text: "one\n" },
    { name: long, kind: "file", text: "two\n" },
  ];
  expect(found).toEqual([
    ...texts.slice(0, names.length),
    { name: "link", kind: "other", text: "" },
    { name: "pipe", kind: "other", text: "" },
  ]);
});

test("bytes of any kind, and tars with any byte changed, are read or refused, never anything else", async () => {
  const whole = await bytesOf(
    depot.writeTar(
      sourcesOf([
        { name: "a", content: Buffer.alloc(700, 1) },
        { name: "b", content: Buffer.from("b") },
      ]),
    ),
  );
  const changed = fc
    .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const cut = fc.nat(whole.length - 1025).map((length) => whole.subarray(0, length));
  const noise = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, cut, noise), async (bytes) => {
      try {
        for (const { kind, name } of await membersIn(bytes)) expect([kind, typeof name]).toEqual([kind, "string"]);
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenArchive);
      }
    }),
    { numRuns: RUNS },
  );
});

test("a tar that is cut off is broken", async () => {
  const bytes = await bytesOf(depot.writeTar(sourcesOf([{ name: "a", content: Buffer.alloc(700) }])));
  for (const length of [0, 100, 512, 1000, 1536]) {
    await expect(membersIn(bytes.subarray(0, length))).rejects.toThrow("cut off");
  }
});

test.each([[{ by: "gzip" }], [{ by: "zstd" }]] as const)(
  "bytes are wrapped up and taken out again: %j",
  async (wrapping) => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));
    const wrapped = await bytesOf(depot.wrap(inPieces(bytes), wrapping));
    expect(wrapped.length).toBeLessThan(bytes.length);
    expect((await bytesOf(depot.unwrap(inPieces(wrapped), wrapping))).equals(bytes)).toBe(true);
    expect((await bytesOf(depot.wrap(inPieces(bytes), wrapping))).equals(wrapped)).toBe(true);
    for (const broken of [wrapped.subarray(0, -1), wrapped.subarray(0, 40), Buffer.from("no such thing")]) {
      await expect(bytesOf(depot.unwrap(inPieces(broken), wrapping))).rejects.toBeInstanceOf(BrokenArchive);
    }
  },
);

test("age: only who has the identity reads it", async () => {
  const identity = join(DIRECTORY, "identity");
  const { stderr } = execaSync("age-keygen", ["-o", identity]);
  const recipient = /age1[0-9a-z]+/.exec(stderr)?.[0] ?? "";
  const wrapped = await bytesOf(depot.wrap(inPieces(Buffer.from("secret")), { by: "age", recipients: [recipient] }));
  expect((await bytesOf(depot.unwrap(inPieces(wrapped), { by: "age", identity }))).toString()).toBe("secret");
  const other = join(DIRECTORY, "other");
  execaSync("age-keygen", ["-o", other]);
  await expect(bytesOf(depot.unwrap(inPieces(wrapped), { by: "age", identity: other }))).rejects.toThrow(
    /no identity matched/,
  );
});

test("what breaks in the source is what is thrown", async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from("half");
    throw new Error("the source broke");
  }
  for (const by of ["gzip", "zstd"] as const) {
    await expect(bytesOf(depot.wrap(broken(), { by }))).rejects.toThrow("the source broke");
    await expect(bytesOf(depot.unwrap(broken(), { by }))).rejects.toThrow();
  }
});

test("a file is written on where it was cut off, and never through a link", async () => {
  const path = join(DIRECTORY, "written");
  await depot.write(path, 0, inPieces(Buffer.from("one two")));
  await depot.write(path, 4, inPieces(Buffer.from("three")));
  expect((await bytesOf(depot.read(path))).toString()).toBe("one three");
  expect((await bytesOf(depot.read(path, 4))).toString()).toBe("three");
  expect(await depot.hash(path)).toEqual({
    bytes: 9,
    sha256: execaSync("sha256sum", [path]).stdout.slice(0, 64),
  });
  expect(await depot.bytesOf(join(DIRECTORY, "none"))).toBeUndefined();
  const link = join(DIRECTORY, "link");
  execaSync("ln", ["-s", path, link]);
  await depot.write(link, 0, inPieces(Buffer.from("new")));
  expect((await bytesOf(depot.read(path))).toString()).toBe("one three");
  await expect(bytesOf(depot.read(join(DIRECTORY, "none")))).rejects.toMatchObject({ code: "ENOENT" });
});

test("gzip is read as gzip(1) writes it, one behind the other, and given as far as it is whole", async () => {
  const gunzipped = async (packed: Buffer, size: number): Promise<{ text: string; trouble: string }> => {
    const all: Buffer[] = [];
    try {
      for await (const chunk of depot.unwrap(inPieces(packed, size), { by: "gzip" })) all.push(chunk);
      return { text: Buffer.concat(all).toString("latin1"), trouble: "" };
    } catch (error) {
      if (!(error instanceof BrokenArchive)) throw error;
      return { text: Buffer.concat(all).toString("latin1"), trouble: error.message };
    }
  };
  const path = join(DIRECTORY, "with a name");
  const content = fc
    .uint8Array({ maxLength: 3000 })
    .map((bytes) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(70_000)]));
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 60, max: 3000 }), async (bytes, size) => {
      writeFileSync(path, bytes);
      const named = Buffer.from(execaSync("gzip", ["-N", "-c", path], { encoding: "buffer" }).stdout);
      const packed = Buffer.concat([named, gzipSync(bytes)]);
      const twice = Buffer.concat([bytes, bytes]).toString("latin1");
      for (const end of ["", "\0\0\0"]) {
        const whole = await gunzipped(Buffer.concat([packed, Buffer.from(end)]), size);
        expect(whole).toEqual({ text: twice, trouble: "" });
      }
      const garbage = await gunzipped(Buffer.concat([packed, Buffer.from("garbage that follows")]), size);
      expect(garbage).toEqual({ text: twice, trouble: "it is no gzip" });
      expect(await gunzipped(packed.subarray(0, -1), size)).toEqual({ text: twice, trouble: "it is cut off" });
      const changed = Buffer.from(packed);
      changed[packed.length - 5] = (changed[packed.length - 5] ?? 0) ^ 1;
      expect((await gunzipped(changed, size)).trouble).toBe("it is no gzip, or something in it was changed");
    }),
    { numRuns: Math.min(RUNS, 10) },
  );
  expect(await gunzipped(Buffer.alloc(0), 1)).toMatchObject({ trouble: "it is cut off" });
});
