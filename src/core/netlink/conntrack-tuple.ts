/** What a tuple holds (enum ctattr_tuple), and the tuple itself. */
const [TUPLE, IP, PROTO, ZONE] = [0, 1, 2, 3];

/** One direction of a flow: where its addresses stand, and its numbers; -1 for what is not there. */
export class Tuple {
  /** Where the source address stands, and the destination address. */
  srcAt = 0;
  dstAt = 0;
  /** Of an address: 4 or 16; 0 if there is none. */
  addressBytes = 0;
  protocol = -1;
  sport = -1;
  dport = -1;
  icmpId = -1;
  icmpType = -1;
  icmpCode = -1;
  zone = -1;

  read(bytes: Buffer, from: number, end: number): void {
    this.addressBytes = 0;
    this.protocol = this.sport = this.dport = this.icmpId = this.icmpType = this.icmpCode = this.zone = -1;
    this.#walk(bytes, from, end, TUPLE);
  }

  #walk(bytes: Buffer, from: number, end: number, within: number): void {
    for (let at = from; at + 5 <= end; ) {
      const length = bytes.readUInt16LE(at);
      if (length < 5 || at + length > end) return;
      this.#attribute(within, bytes.readUInt16LE(at + 2) & 0x3fff, bytes, at + 4, length - 4);
      at += (length + 3) & ~3;
    }
  }

  #attribute(within: number, type: number, bytes: Buffer, at: number, size: number): void {
    if (within === PROTO) this.#take(type, bytes, at, size);
    else if (within === IP) this.#takeAddress(type, at, size);
    else if (type === IP || type === PROTO) this.#walk(bytes, at, at + size, type);
    else if (type === ZONE && size >= 2) this.zone = bytes.readUInt16BE(at);
  }

  /** enum ctattr_ip: source and destination of IPv4, then of IPv6. */
  #takeAddress(type: number, at: number, size: number): void {
    const bytes = type >= 3 ? 16 : 4;
    if (size < bytes || type < 1 || type > 4) return;
    if (type === 1 || type === 3) this.srcAt = at;
    else this.dstAt = at;
    this.addressBytes = bytes;
  }

  /** enum ctattr_l4proto. */
  #take(type: number, bytes: Buffer, at: number, size: number): void {
    const byte = bytes[at] as number;
    const short = size >= 2 ? bytes.readUInt16BE(at) : -1;
    switch (type) {
      case 1:
        this.protocol = byte;
        break;
      case 2:
        this.sport = short;
        break;
      case 3:
        this.dport = short;
        break;
      case 4:
      case 7:
        this.icmpId = short;
        break;
      case 5:
      case 8:
        this.icmpType = byte;
        break;
      case 6:
      case 9:
        this.icmpCode = byte;
        break;
    }
  }
}
