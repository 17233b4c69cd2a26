import fc from "fast-check";
import { expect, test } from "vitest";
import { archiveFileName, parseArchiveName, unpackedName } from "../../../src/core/archive/file-name.ts";
import { encodeManifest, type Manifest, parseManifest } from "../../../src/core/archive/manifest.ts";
import { captureIn, createBudget, createSieve, dayFileIn, UNPACK_LIMITS } from "../../../src/core/archive/sieve.ts";
import { RUNS } from "../../helpers/runs.ts";

const part = fc.oneof(
  fc.constantFrom(
    "..",
    ".",
    "",
    "netpcap",
    "2025-08-31",
    "pcap-20250831103200.pcap",
    "pcap-20250831103200.pcapng",
    "/etc",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const name = fc.array(part, { maxLength: 4 }).map((parts) => parts.join("/"));
const member = fc.record({
  name,
  kind: fc.constantFrom("file" as const, "directory" as const, "other" as const),
  bytes: fc.nat(2000),
});

test("what is taken is a file with a plain name, within the limits, once", () => {
  const limits = { ...UNPACK_LIMITS, members: 3, memberBytes: 1000 };
  fc.assert(
    fc.property(fc.array(member), fc.boolean(), (members, isDay) => {
      const judge = createSieve(isDay ? dayFileIn("2025-08-31") : captureIn, limits);
      const taken = members.flatMap((one) => {
        const verdict = judge(one);
        if ("leave" in verdict) expect(verdict.leave).not.toMatch(/[\p{Cc}]/u);
        if (!("take" in verdict)) return [];
        expect(one.kind).toBe("file");
        expect(one.bytes).toBeLessThanOrEqual(1000);
        return [verdict.take];
      });
      for (const one of taken) expect(one).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBeLessThanOrEqual(3);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ["netpcap/pcap-20250831103200.pcap", { take: "pcap-20250831103200.pcap" }],
  ["./netpcap/pcap-20250831103200.pcapng", { take: "pcap-20250831103200.pcapng" }],
  ["netpcap/pcap-20250831103200.pcapng.index.json", { take: "pcap-20250831103200.pcapng.index.json" }],
  ["/netpcap/pcap-20250831103200.pcap", { leave: "/netpcap/pcap-20250831103200.pcap does not belong there" }],
  ["netpcap/../../etc/pcap-1.pcap", { leave: "netpcap/../../etc/pcap-1.pcap does not belong there" }],
  ["netpcap/a\u001b[2J.pcap", { leave: "netpcap/a\\u001b[2J.pcap does not belong there" }],
  ["netpcap/.bashrc", { leave: "netpcap/.bashrc does not belong there" }],
  ["netpcap/run.sh", { leave: "netpcap/run.sh does not belong there" }],
])("%j", (path, verdict) => {
  expect(createSieve(captureIn, UNPACK_LIMITS)({ name: path, kind: "file", bytes: 1 })).toEqual(verdict);
});

test("what unpacks to far more than it was is bounded; what is small may", () => {
  for (const [packed, most] of [
    [100, 64 * 2 ** 20],
    [2 ** 20, 250 * 2 ** 20],
    [2 ** 40, 64 * 2 ** 30],
  ] as const) {
    const budget = createBudget(UNPACK_LIMITS, packed);
    budget.spend(most - 1);
    budget.spend(1);
    expect(budget.isSpent()).toBe(false);
    expect(() => budget.spend(1)).toThrow(`it unpacks to more than ${most} bytes`);
    expect(budget.isSpent()).toBe(true);
  }
});

test("names of the archive say what they were made of, and are those of the seed's scripts", () => {
  const wish = fc.record({
    kind: fc.constantFrom("captures" as const, "kernel-log" as const, "events" as const),
    day: fc.constant("2025-08-31"),
    part: fc.integer({ min: 1, max: 40 }),
    format: fc.constantFrom("tgz" as const, "tar.zst" as const),
    isEncrypted: fc.boolean(),
  });
  fc.assert(
    fc.property(wish, (wanted) => {
      const found = parseArchiveName(archiveFileName(wanted));
      expect(found).toMatchObject({ kind: wanted.kind, day: wanted.day, part: wanted.part });
      expect(found?.wrappings.includes("age")).toBe(wanted.isEncrypted);
      expect(found?.wrappings.includes("zstd")).toBe(wanted.kind === "captures" && wanted.format === "tar.zst");
    }),
    { numRuns: RUNS },
  );
  const seed = { day: "2025-08-31", part: 1, format: "tgz", isEncrypted: false } as const;
  expect(archiveFileName({ ...seed, kind: "captures" })).toBe("pcaps-2025-08-31.tgz");
  expect(archiveFileName({ ...seed, kind: "kernel-log" })).toBe("nft-2025-08-31.log.gz");
  expect(parseArchiveName("pcaps-2025-08-31.1.tgz")).toBeUndefined();
  expect(parseArchiveName("pcaps-2025-08-31.log.gz")).toBeUndefined();
  const late = parseArchiveName("nft-2025-08-31.2.log.gz.age");
  expect(late && unpackedName(late)).toBe("nft-2025-08-31.2.log");
});

test("a manifest is one line of ASCII, and read back", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).filter((one) => one !== "__proto__");
  const manifest: fc.Arbitrary<Manifest> = fc.record({
    version: fc.constant(1 as const),
    machine: fc.constant("edge"),
    day: fc.constant("2025-08-31"),
    written: text,
    files: fc.array(
      fc.record({
        name: fc.constant("pcaps-2025-08-31.tgz"),
        kind: fc.constant("captures" as const),
        bytes: fc.nat(),
        sha256: fc.constant("0".repeat(64)),
        isEncrypted: fc.boolean(),
        members: fc.constant([]),
        count: fc.nat(),
        lost: fc.nat(),
        prefixes: fc.dictionary(text, fc.integer({ min: 1, max: 1000 }), { noNullPrototype: true }),
      }),
      { maxLength: 3 },
    ),
    missing: fc.array(text),
  });
  fc.assert(
    fc.property(manifest, (wanted) => {
      const line = encodeManifest(wanted);
      expect(line).toMatch(/^[ -~]*\n$/);
      expect(parseManifest(line, "edge", "2025-08-31")).toEqual(wanted);
      expect(parseManifest(line, "other", "2025-08-31")).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(parseManifest("{", "edge", "2025-08-31")).toBeUndefined();
});
