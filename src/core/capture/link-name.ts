/** LINKTYPE_ (https://www.tcpdump.org/linktypes.html) by the names that an index has for them. */
const NAMES: Readonly<Record<number, string>> = {
  1: "ethernet",
  101: "raw",
  113: "cooked",
  239: "nflog",
  276: "cooked2",
};

/** What an index calls a link type: a name, or LINKTYPE_ by its number. */
export function linkName(linkType: number): string {
  return NAMES[linkType] ?? `LINKTYPE_${linkType}`;
}
