import { expect, test } from "vitest";
import { ARCHIVE_SAMPLE } from "../../../src/core/archive/sample.ts";
import { ArchiveDocument } from "../../../src/core/archive/schema.ts";
import { expectInDocs, keysOf, sectionIn, uncommented } from "../../helpers/samples.ts";

const sample = sectionIn(ARCHIVE_SAMPLE, "archive");

test("it can be uncommented as it stands", () => {
  const { machines } = ArchiveDocument.parse(sample);
  expect(machines).toMatchObject({ router: { at: "here", events: true }, edge: { at: "ssh:root@edge" } });
});

test("it shows every key", () => {
  const text = uncommented(ARCHIVE_SAMPLE);
  for (const key of keysOf(ArchiveDocument)) expect(text).toMatch(new RegExp(`\\b${key}:`));
});

test("but for what has to be chosen, it shows what holds without it", () => {
  const { age: _, keep: _keep, "max-size": _size, ...rest } = ArchiveDocument.parse(sample);
  expect(rest).toEqual(ArchiveDocument.parse({ machines: sample["machines"] }));
});

test.each(["qubes:vault", "qubes:root@sys-dns", "ssh:root@edge", "ssh:[2001:db8::1]", "netns:blue", "here"])(
  "%s is a place",
  (at) => {
    expect(ArchiveDocument.parse({ machines: { it: { at, captures: true } } })).toMatchObject({
      machines: { it: { at } },
    });
  },
);

test.each(["qubes:-x", "qubes:a b", "qubes:-u@vm", "qubes:Root@vm", "ssh:-oProxyCommand=x", "netns:../x", "there"])(
  "%s is no place",
  (at) => {
    expect(ArchiveDocument.safeParse({ machines: { it: { at, captures: true } } }).success).toBe(false);
  },
);

test("its page of docs shows it", () => {
  expectInDocs("archive", ARCHIVE_SAMPLE);
});
