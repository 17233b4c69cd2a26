import { orNull, record, type Shape, whole, words, yesOrNo } from "./shape.ts";

/** Numbers of 64 bits: JSON.parse rounds the last digits of the largest. */
export const count = whole(0, 2 ** 64);

const BYTES = ["bytes", "kbytes", "mbytes"] as const;

export const counter = orNull(record({ needs: { packets: count, bytes: count } }));

/** A unit that libnftables does not know it takes for bytes, a time for seconds. */
export const limit = record({
  needs: { rate: count, per: words("second", "minute", "hour", "day", "week") },
  may: { burst: count, inv: yesOrNo, rate_unit: words("packets", ...BYTES), burst_unit: words("packets", ...BYTES) },
  conflicts: [
    {
      keys: ["burst_unit"],
      message: "is passed over where rate_unit is packets",
      isIn: ({ rate_unit: unit = "packets", burst_unit: burstUnit = unit }) =>
        (unit === "packets") !== (burstUnit === "packets"),
    },
  ],
});

export const quota = record({
  needs: { val: count },
  may: { val_unit: words(...BYTES), used: count, used_unit: words(...BYTES), inv: yesOrNo },
});

export const ctCount = record({ needs: { val: whole(0, 0xffff_ffff) }, may: { inv: yesOrNo } });

export const last = orNull(record({ may: { used: count } }));

/** What an element of a set may hold of its own. */
export const STATEFUL: Readonly<Record<string, Shape>> = { counter, limit, quota, "ct count": ctCount, last };
