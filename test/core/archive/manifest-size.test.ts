import { expect, test } from "vitest";
import { encodeManifest } from "../../../src/core/archive/manifest.ts";
import { fittingManifest, mostFrequent } from "../../../src/core/archive/manifest-size.ts";
import { emptyManifest } from "../../../src/core/archive/piece.ts";

const SHA256 = "0".repeat(64);

function manifestWith(count: number, long: number) {
  const prefixes = Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}:${"ä".repeat(long)}`, at + 1]));
  const member = { name: "pcap-20250831090000.pcapng", bytes: 1, sha256: SHA256, packets: 1, lost: 0, prefixes };
  const file = {
    name: "pcaps-2025-08-31.tgz",
    kind: "captures" as const,
    bytes: 1,
    sha256: SHA256,
    isEncrypted: false,
  };
  const files = [{ ...file, members: [member, member], count: 2, lost: 0, prefixes }];
  return { ...emptyManifest("edge", "2025-08-31"), files };
}

test("of many prefixes the most frequent are kept", () => {
  expect(mostFrequent({ a: 1, b: 3, c: 2 }, 2)).toEqual({ b: 3, c: 2 });
  expect(mostFrequent({ a: 1 }, 2)).toEqual({ a: 1 });
});

test("a manifest that is too large to be read keeps as many prefixes as fit", () => {
  const small = manifestWith(5, 1);
  expect(fittingManifest(small)).toBe(small);
  const large = manifestWith(5000, 100);
  for (const [bytesMax, most] of [
    [2_000_000, 1000],
    [1_000_000, 100],
    [50_000, 10],
    [3000, 0],
  ] as const) {
    const slim = fittingManifest(large, bytesMax);
    expect(Object.keys(slim?.files[0]?.members[1]?.prefixes ?? {})).toHaveLength(most);
    expect(slim && encodeManifest(slim).length).toBeLessThan(bytesMax);
  }
  expect(fittingManifest(large, 500)).toBeUndefined();
});
