import type { CaptureDocument, CaptureLink } from "./schema.ts";
import { RING_DIRECTORY } from "./schema.ts";
import type { RingBounds, RingWish } from "./wish.ts";

/** What of a capture can be said on the command line; it stands over what the intent says. */
export interface CaptureFlags {
  readonly groups: readonly number[] | undefined;
  readonly interface: string | undefined;
  readonly filter: string | undefined;
  readonly snaplen: number | undefined;
  readonly linktype: CaptureLink | undefined;
  readonly directory: string | undefined;
  readonly everySeconds: number | undefined;
  readonly bytesMax: number | undefined;
  readonly filesMax: number | undefined;
  readonly totalBytesMax: number | undefined;
  readonly ageSecondsMax: number | undefined;
  readonly freeBytesMin: number | undefined;
}

/** What is captured, how, and where to. */
export interface CaptureSettings {
  readonly source:
    | { readonly kind: "groups"; readonly groups: readonly number[]; readonly link: CaptureLink }
    | { readonly kind: "interface"; readonly interface: string; readonly filter: string | undefined };
  readonly snaplen: number;
  readonly ring: RingWish;
}

const HOUR_SECONDS = 3600;
const MEBIBYTE = 2 ** 20;
/** What all files take at most where neither their number nor their age is said. */
const UNBOUND_BYTES_MAX = 2048 * MEBIBYTE;

/** What the flags want, and where they say nothing, the intent; undefined where neither says what is captured. */
export function captureSettings(flags: CaptureFlags, intent: CaptureDocument | undefined): CaptureSettings | undefined {
  const source = sourceOf(flags, intent);
  if (source === undefined) return undefined;
  const { rotate, ring } = intent ?? {};
  return {
    source,
    snaplen: flags.snaplen ?? intent?.snaplen ?? 0,
    ring: {
      directory: flags.directory ?? ring?.directory ?? RING_DIRECTORY,
      rotation: {
        everySeconds: flags.everySeconds ?? rotate?.every ?? HOUR_SECONDS,
        bytesMax: flags.bytesMax ?? rotate?.size ?? 100 * MEBIBYTE,
      },
      bounds: boundsOf(flags, ring),
    },
  };
}

/** A ring always has a bound of its own. */
function boundsOf(flags: CaptureFlags, ring: CaptureDocument["ring"] | undefined): RingBounds {
  const filesMax = flags.filesMax ?? ring?.files;
  const bytesMax = flags.totalBytesMax ?? ring?.size;
  const ageSecondsMax = flags.ageSecondsMax ?? ring?.age;
  const isBound = [filesMax, bytesMax, ageSecondsMax].some((bound) => bound !== undefined);
  return {
    filesMax,
    bytesMax: isBound ? bytesMax : UNBOUND_BYTES_MAX,
    ageSecondsMax,
    freeBytesMin: flags.freeBytesMin ?? ring?.free ?? 256 * MEBIBYTE,
  };
}

function sourceOf(flags: CaptureFlags, intent: CaptureDocument | undefined): CaptureSettings["source"] | undefined {
  const isNamed = flags.groups !== undefined || flags.interface !== undefined;
  const device = flags.interface ?? (isNamed ? undefined : intent?.interface);
  if (device !== undefined) {
    const filter = flags.filter ?? (flags.interface === undefined ? intent?.filter : undefined);
    return { kind: "interface", interface: device, filter };
  }
  const groups = flags.groups ?? intent?.groups;
  if (groups === undefined) return undefined;
  return { kind: "groups", groups: [...new Set(groups)], link: flags.linktype ?? intent?.linktype ?? "ethernet" };
}

/** What is captured, in words. */
export function sourceText(source: CaptureSettings["source"]): string {
  if (source.kind === "groups") return `NFLOG group ${source.groups.join(", ")}`;
  return `interface ${source.interface}${source.filter === undefined ? "" : `: ${source.filter}`}`;
}
