import fc from "fast-check";

/** Bytes that are a packet more often than not: heads of IP with a little wrong. */
export const packetBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom("4500", "4600", "4f00", "6000", "4400", "0001"),
    fc.constantFrom(0, 1, 6, 17, 44, 50, 58, 132),
    fc.uint8Array({ maxLength: 120 }),
  )
  .map(([start, protocol, rest]) => {
    const bytes = Buffer.concat([Buffer.from(start, "hex"), rest]);
    const at = start.startsWith("6") ? 6 : 9;
    if (bytes.length > at) bytes[at] = protocol;
    return bytes;
  });
