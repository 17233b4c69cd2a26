/** Bytes in hex, with blanks where a person wants them. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2; its length is filled in. */
export function ip4(protocol: number, body: string, control = "0000"): Buffer {
  const packet = hex(`4500 0000 0001 ${control} 40 00 0000 0a000001 0a000002 ${body}`);
  packet.writeUInt16BE(packet.length, 2);
  packet[9] = protocol;
  return packet;
}

/** An IPv6 packet from ::1 to ::2; its length is filled in. */
export function ip6(next: number, body: string): Buffer {
  const addresses = `${"0".repeat(31)}1 ${"0".repeat(31)}2`;
  const packet = hex(`6000 0000 0000 00 40 ${addresses} ${body}`);
  packet.writeUInt16BE(packet.length - 40, 4);
  packet[6] = next;
  return packet;
}
