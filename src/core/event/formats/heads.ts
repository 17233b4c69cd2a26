/** Where the layers of a packet stand in its bytes. */
export interface Heads {
  readonly version: 4 | 6;
  /** Above IP and the extension headers of IPv6; undefined where these are cut off. */
  readonly protocol: number | undefined;
  /** Where that layer begins. */
  readonly at: number;
  /** Where the packet ends: by its length, or where the bytes end. */
  readonly end: number;
  /** The fragment header of IPv6. */
  readonly fragment: { readonly id: number; readonly offset: number; readonly isMore: boolean } | undefined;
  /** What is there of the layer above IP is not its beginning. */
  readonly isLater: boolean;
}

/** Finds the layers: RFC 791 (3.1), RFC 8200 (3, 4); undefined where the bytes are no whole head of IP. */
export function headsIn(bytes: Buffer): Heads | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= 20) return heads4(bytes);
  return version === 6 && bytes.length >= 40 ? heads6(bytes) : undefined;
}

function heads4(bytes: Buffer): Heads | undefined {
  const at = ((bytes[0] ?? 0) & 15) * 4;
  const length = bytes.readUInt16BE(2) || bytes.length;
  if (at < 20 || at > bytes.length || length < at) return undefined;
  return {
    version: 4,
    protocol: bytes[9] ?? 0,
    at,
    end: Math.min(length, bytes.length),
    fragment: undefined,
    isLater: (bytes.readUInt16BE(6) & 0x1fff) !== 0,
  };
}

/** Of 0 the packet is a jumbogram (RFC 2675), or longer than the field can say. */
function heads6(bytes: Buffer): Heads {
  const length = bytes.readUInt16BE(4);
  const end = length === 0 ? bytes.length : Math.min(40 + length, bytes.length);
  let place: Place = { protocol: bytes[6], at: 40, fragment: undefined };
  while (place.protocol !== undefined && EXTENSIONS.has(place.protocol) && !isLater(place)) {
    place = behindExtension(bytes, place.protocol, place, end);
  }
  return { ...place, version: 6, at: Math.min(place.at, end), end, isLater: isLater(place) };
}

type Place = Pick<Heads, "protocol" | "at" | "fragment">;

function isLater({ fragment }: Place): boolean {
  return fragment !== undefined && fragment.offset > 0;
}

function behindExtension(bytes: Buffer, protocol: number, { at, fragment }: Place, end: number): Place {
  if (at + 8 > end) return { protocol: undefined, at, fragment };
  return {
    protocol: bytes[at],
    at: at + extensionLength(protocol, bytes[at + 1] ?? 0),
    fragment: protocol === FRAGMENT ? fragmentAt(bytes, at) : fragment,
  };
}

const FRAGMENT = 44;
const AUTHENTICATION = 51;

/** Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, shim6 (IANA, IPv6 Extension Header Types). */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, FRAGMENT, AUTHENTICATION, 60, 135, 139, 140]);

function extensionLength(protocol: number, said: number): number {
  if (protocol === FRAGMENT) return 8;
  return protocol === AUTHENTICATION ? (said + 2) * 4 : (said + 1) * 8;
}

function fragmentAt(bytes: Buffer, at: number): NonNullable<Heads["fragment"]> {
  const word = bytes.readUInt16BE(at + 2);
  return { id: bytes.readUInt32BE(at + 4), offset: word & 0xfff8, isMore: (word & 1) !== 0 };
}
