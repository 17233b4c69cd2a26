import { deflateRawSync } from "node:zlib";
import { packAddresses } from "../../core/store/address-key.ts";
import type { OpenBlock } from "../../core/store/open-block.ts";
import type { Aged } from "../../core/store/rules.ts";

/** What a block takes beside its lines: its row and what leads to it; and for each address. */
const ROW_BYTES = 256;
const ADDRESS_BYTES = 17;

/** A block that is stored. */
export interface Stored extends Aged {
  readonly id: number;
  readonly segment: number;
}

/** A block as it is to be stored. */
export interface Cut extends Stored {
  readonly topic: number;
  readonly firstTs: string;
  readonly firstCursor: number;
  readonly count: number;
  readonly bytes: number;
  readonly isSpread: boolean;
  readonly deflated: Buffer;
  readonly addresses: { readonly v4: Buffer; readonly v6: Buffer };
}

/** The block as it is now. */
export function cutBlock(block: OpenBlock, topic: number, segment: number): Cut {
  const { id, firstTs, lastTs, firstCursor, lastCursor, count, isSpread } = block;
  const deflated = deflateRawSync(block.lines(), { level: 1 });
  const addresses = packAddresses(block.addresses());
  const size = ROW_BYTES + deflated.length + block.addresses().size * ADDRESS_BYTES;
  const bytes = block.lines().length;
  return {
    ...{ id, topic, segment, firstTs, lastTs, firstCursor, lastCursor, count, bytes, size, isSpread },
    ...{ deflated, addresses },
  };
}
