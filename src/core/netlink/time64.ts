/** A moment that is filled again and again: seconds since 1970 and nanoseconds. */
export class Moment64 {
  seconds = 0;
  nanoseconds = 0;

  /** Reads 64 bits of nanoseconds since 1970. All steps stay below 2 to the power of 53. */
  read(bytes: Buffer, at: number): this {
    const low = bytes.readUInt32BE(at + 4);
    const first = bytes.readUInt32BE(at) * 0x1_0000 + (low >>> 16);
    const upper = Math.floor(first / 1e9);
    const second = (first - upper * 1e9) * 0x1_0000 + (low & 0xffff);
    const lower = Math.floor(second / 1e9);
    this.seconds = upper * 0x1_0000 + lower;
    this.nanoseconds = second - lower * 1e9;
    return this;
  }

  /** Takes microseconds since 1970. */
  take(us: number): this {
    this.seconds = Math.floor(us / 1e6);
    this.nanoseconds = (us - this.seconds * 1e6) * 1000;
    return this;
  }

  /** Microseconds since 1970. */
  get us(): number {
    return this.seconds * 1e6 + Math.floor(this.nanoseconds / 1000);
  }

  get isZero(): boolean {
    return this.seconds === 0 && this.nanoseconds === 0;
  }
}
