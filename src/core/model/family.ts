/**
 * The families that have a default log, in the order of their numbers.
 * Packets of an inet table carry ip or ip6, so inet has no default of its own.
 */
export const FAMILIES = ["ip", "arp", "netdev", "bridge", "ip6"] as const;
export type Family = (typeof FAMILIES)[number];

/** NFPROTO numbers (include/uapi/linux/netfilter.h): the rows of /proc/net/netfilter/nf_log. */
export const FAMILY_NUMBERS: Readonly<Record<Family, number>> = { ip: 2, arp: 3, netdev: 5, bridge: 7, ip6: 10 };

const OTHER_ROWS: Readonly<Record<string, number>> = { unspec: 0, inet: 1, decnet: 12 };
const ROW_NAMES = new Map(Object.entries({ ...FAMILY_NUMBERS, ...OTHER_ROWS }).map(([name, number]) => [number, name]));

/** The kernel's numbers of the families that nothing logs through: their rows exist and govern no packet. */
export const INET_ROW = 1;

/** The family's name for a row of the table, or its number as text where no family has it. */
export function rowName(row: number): string {
  return ROW_NAMES.get(row) ?? String(row);
}

/** The row for a family's name, "inet" and "unspec" included; undefined for any other word. */
export function rowOfName(name: string): number | undefined {
  return FAMILY_NUMBERS[name as Family] ?? OTHER_ROWS[name];
}

export function isFamily(word: string): word is Family {
  return (FAMILIES as readonly string[]).includes(word);
}

/** The family of a row, or undefined for a row without a default log. */
export function familyOfRow(row: number): Family | undefined {
  return FAMILIES.find((family) => FAMILY_NUMBERS[family] === row);
}
