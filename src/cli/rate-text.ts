const TIMES = [
  ["s", 1],
  ["min", 60],
  ["h", 3600],
  ["day", 86_400],
] as const;

const SIZES = [
  ["B", 1],
  ["kB", 1024],
  ["MB", 1024 ** 2],
  ["GB", 1024 ** 3],
  ["TB", 1024 ** 4],
] as const;

/** `12.5/s`, `5/min`: in the shortest time in which it is at least one; null is what is not known. */
export function rateText(perSecond: number | null): string {
  if (perSecond === null) return "?";
  const { amount, time } = inTime(perSecond);
  return perSecond === 0 ? "0" : `${short(amount)}/${time}`;
}

/** `1.2 kB/s`, in which a kB has 1024 bytes as it has for nft. */
export function byteRateText(perSecond: number | null): string {
  if (perSecond === null) return "?";
  const { amount, time } = inTime(perSecond);
  const [unit, size] = SIZES.findLast(([, bytes]) => amount >= bytes) ?? SIZES[0];
  return perSecond === 0 ? "0" : `${short(amount / size)} ${unit}/${time}`;
}

function inTime(perSecond: number): { amount: number; time: string } {
  const [time, seconds] = TIMES.find(([, one]) => perSecond * one >= 1) ?? ["day", 86_400];
  return { amount: perSecond * seconds, time };
}

/** Three digits that count; whole numbers in full. */
function short(amount: number): string {
  return amount >= 100 ? String(Math.round(amount)) : String(Number(amount.toPrecision(3)));
}
