import { numberAt, PART_BYTES_MAX, type Parts, type Step } from "./captured.ts";

/** What the header of the file says of all its records. */
export interface RecordsForm {
  readonly isBig: boolean;
  /** Parts of a second in a time: 1000 nanoseconds, or one. */
  readonly tickNanoseconds: 1000 | 1;
}

const RECORD_HEADER = 16;

/** The parts of a pcap file (pcap-savefile(5)): its header, then a record for each packet. */
export function createRecords({ isBig, tickNanoseconds }: RecordsForm): Parts {
  let linkType: number | undefined;
  let count = 0;

  function record(bytes: Buffer, type: number): Step {
    if (bytes.length < RECORD_HEADER) return { needs: RECORD_HEADER };
    const size = numberAt(bytes, 8, isBig);
    if (size > PART_BYTES_MAX) return { problem: `packet ${count + 1} of it has no right length` };
    if (bytes.length < RECORD_HEADER + size) return { needs: RECORD_HEADER + size };
    count += 1;
    const packet = {
      linkType: type,
      bytes: bytes.subarray(RECORD_HEADER, RECORD_HEADER + size),
      isBig,
      length: numberAt(bytes, 12, isBig),
      moment: { seconds: numberAt(bytes, 0, isBig), nanoseconds: numberAt(bytes, 4, isBig) * tickNanoseconds },
    };
    return { taken: RECORD_HEADER + size, packet };
  }

  return {
    next(bytes) {
      if (linkType !== undefined) return record(bytes, linkType);
      linkType = numberAt(bytes, 20, isBig) & 0xffff;
      return { taken: 24 };
    },
    cutOff: () => `it is cut off in packet ${count + 1}`,
  };
}
