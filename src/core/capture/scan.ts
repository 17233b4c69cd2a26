import { sectionBlock } from "../pcap/block-writer.ts";
import { createBlocks } from "../pcap/blocks.ts";
import type { CapturedPacket } from "../pcap/captured.ts";
import { commentedIn } from "../pcap/comment.ts";
import { FileTally } from "./file-tally.ts";

/** Goes through a capture of ours piece by piece, as far as it is whole. */
export interface Scan {
  push(chunk: Buffer): void;
  /** Where the last whole block ends. */
  readonly wholeBytes: number;
  readonly tally: FileTally;
  /** LINKTYPE_ of its packets; undefined where it has none. */
  readonly linkType: number | undefined;
}

/** Counts what a capture holds that was cut off. */
export function createScan(): Scan {
  const blocks = createBlocks();
  const tally = new FileTally();
  let rest: Buffer = Buffer.alloc(0);
  let whole = 0;
  let isOver = false;
  let linkType: number | undefined;

  function count({ comment = "", interfaceName, moment, linkType: type }: CapturedPacket): void {
    const said = commentedIn(comment);
    linkType = type;
    for (const name of said === undefined ? [interfaceName] : [said.in, said.out]) tally.addInterface(name);
    tally.add(tally.countOf(said?.prefix), moment?.seconds ?? 0, moment?.nanoseconds ?? 0);
  }

  return {
    push(chunk) {
      if (isOver) return;
      const bytes = Buffer.concat([rest, chunk]);
      let at = 0;
      let step = blocks.next(bytes);
      while ("taken" in step) {
        if (step.packet !== undefined) count(step.packet);
        at += step.taken;
        step = blocks.next(bytes.subarray(at));
      }
      isOver = "problem" in step;
      whole += at;
      rest = bytes.subarray(at);
      tally.keep();
    },
    get wholeBytes() {
      return whole;
    },
    tally,
    get linkType() {
      return linkType;
    },
  };
}

const COMMENT = 1;

/** The comment of the section that a capture begins with: where what is in it comes from. */
export function sectionComment(start: Buffer): string | undefined {
  if (start.length < 32 || start.readUInt16LE(24) !== COMMENT) return undefined;
  return start.toString("utf8", 28, 28 + start.readUInt16LE(26)) || undefined;
}

/** Whether a capture was begun by this program, as its first block says; one that holds nothing is nobody's. */
export function isOurs(start: Buffer): boolean {
  if (start.length === 0) return true;
  const whole = sectionBlock("netlogctl");
  const [head, tail] = [whole.subarray(0, 4), whole.subarray(SECTION_FIXED, -4)];
  const length = start.length < SECTION_FIXED ? 0 : start.readUInt32LE(4);
  if (length < whole.length || length > start.length) return false;
  return start.subarray(0, 4).equals(head) && start.subarray(length - 4 - tail.length, length - 4).equals(tail);
}

/** Its options stand behind so many bytes. */
const SECTION_FIXED = 24;
