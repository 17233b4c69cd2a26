import { attributesIn, type NetlinkMessage } from "./message.ts";

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
/** Behind struct nlmsghdr and struct ifinfomsg. */
const ATTRIBUTES_AT = 32;
const IFLA_IFNAME = 3;

/** An interface that was made, changed or removed (rtnetlink(7)). */
export interface LinkChange {
  readonly index: number;
  readonly name: string;
  readonly isGone: boolean;
}

/** What a message of rtnetlink says of an interface; undefined for any other. */
export function decodeLinkChange({ type, bytes }: NetlinkMessage): LinkChange | undefined {
  if ((type !== RTM_NEWLINK && type !== RTM_DELLINK) || bytes.length < ATTRIBUTES_AT) return undefined;
  const name = attributesIn(bytes, ATTRIBUTES_AT).find((attribute) => attribute.type === IFLA_IFNAME)?.value;
  if (name === undefined) return undefined;
  return {
    index: bytes.readInt32LE(20),
    name: name.toString("utf8").replace(/\0.*$/s, ""),
    isGone: type === RTM_DELLINK,
  };
}
