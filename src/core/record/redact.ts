import ipaddr from "ipaddr.js";

/** Addresses and what stands in for them: the same for the same address, however it is written. */
export interface Redactor {
  redact(text: string): string;
  /** How many addresses have a stand-in. */
  count(): number;
}

/**
 * Replaces IPv4, IPv6 and MAC addresses, wherever they stand in a text, by others of the ranges for documentation
 * (RFC 5737, 3849, 7042) and, where these are used up, for tests (RFC 2544) and of the shared address space. Loopback,
 * any, masks and most multicast tell nothing of a network and stay.
 */
export function createRedactor(): Redactor {
  const standIns = new Map<string, string>();
  const counts = { ip: 0, ip6: 0, ether: 0 };
  const standIn = (kind: keyof typeof counts, key: string): string => {
    const known = standIns.get(key);
    if (known !== undefined) return known;
    const made = MAKERS[kind](counts[kind]);
    counts[kind] += 1;
    standIns.set(key, made);
    return made;
  };
  const ofIp6 = (address: string): string => {
    const key = ipaddr.IPv6.parse(address).toNormalizedString();
    return staysIp6(key) ? address : standIn("ip6", key);
  };
  const ofEther = (address: string): string => {
    const key = address.toLowerCase().replaceAll("-", ":");
    return staysEther(key) ? address : standIn("ether", key).replaceAll(":", address[2] ?? ":");
  };
  const ofIp = (address: string): string => {
    const parts = address.split(".").map(Number);
    if (parts.some((part) => part > 255) || staysIp(parts)) return address;
    return standIn("ip", parts.join("."));
  };
  return {
    redact: (text) =>
      text
        .replace(/(\w?)(?<![0-9A-Fa-f:.])([0-9A-Fa-f:.]{2,})/g, (_, word: string, run: string) => {
          return word + replaceIp6(run, word !== "", ofIp6);
        })
        .replace(ETHER, ofEther)
        .replace(/(?:(?<!\d)(?<!\d\.)|(?<=\\u[0-9a-f]{4}))\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g, ofIp),
    count: () => standIns.size,
  };
}

const PAIRS = "[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\\N){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])";

/** Six pairs behind a word's end, or six that are glued to one, with no seventh. */
const ETHER = new RegExp(
  `(?<![0-9A-Za-z])${PAIRS.replace("N", "1")}|(?<![0-9A-Fa-f])${PAIRS.replace("N", "2")}(?![:-][0-9A-Fa-f]{2})`,
  "g",
);

/** The IPv6 addresses in a run of their letters; what is glued to a word in front may be the end of the word. */
function replaceIp6(run: string, isGlued: boolean, replace: (address: string) => string): string {
  if (run.indexOf(":") === run.lastIndexOf(":")) return run;
  const first = isGlued ? wordLength(run) : 0;
  let text = run.slice(0, first);
  let at = first;
  while (at < run.length) {
    const address = at === first || run[at - 1] === ":" || run.startsWith("::", at) ? addressAt(run, at) : undefined;
    text += address === undefined ? run[at] : replace(address);
    at += address?.length ?? 1;
  }
  return text;
}

/** How much in front of a run is a word's end and its colon: none where no address comes behind. */
function wordLength(run: string): number {
  const [word] = /^[^:]*:(?!:)/.exec(run) ?? [""];
  return addressAt(run, word.length) === undefined ? 0 : word.length;
}

const IP6_LIKE = /(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})/y;

/** The longest address that begins there. */
function addressAt(run: string, at: number): string | undefined {
  IP6_LIKE.lastIndex = at;
  let [part] = IP6_LIKE.exec(run) ?? [""];
  while (part.includes(":")) {
    const isCut = /^[0-9A-Fa-f]{2}/.test(run.slice(at + part.length - 1, at + part.length + 1));
    if (!isCut && ipaddr.IPv6.isValid(part)) return part;
    part = part.replace(/:?[^:]*$/, "");
  }
  return undefined;
}

function staysIp([first = 0, ...rest]: readonly number[]): boolean {
  return first === 0 || first === 127 || first >= 224 || (first === 255 && rest.includes(255));
}

/** Any, loopback, the beginning of fe80::/10, multicast without a part of somebody's address, and masks. */
function staysIp6(key: string): boolean {
  return /^(0:){7}[01]$/.test(key) || key === "fe80:0:0:0:0:0:0:0" || (key.startsWith("ff") && !/:1:ff/.test(key));
}

function staysEther(key: string): boolean {
  const isGroup = (Number.parseInt(key.slice(0, 2), 16) & 1) === 1;
  return key === "00:00:00:00:00:00" || (isGroup && !key.startsWith("33:33:ff") && !key.startsWith("01:00:5e"));
}

/** The ranges that stand in for IPv4 addresses, in turn: the first address and how many there are. */
const IP_RANGES: readonly (readonly [number, number])[] = [
  [0xc0000201, 254], // 192.0.2.0/24
  [0xc6336401, 254], // 198.51.100.0/24
  [0xcb007101, 254], // 203.0.113.0/24
  [0xc6120000, 0x20000], // 198.18.0.0/15
  [0x64400000, 0x400000], // 100.64.0.0/10
];

const MAKERS = {
  ip: (count: number): string => {
    let left = count;
    for (const [first, size] of IP_RANGES) {
      if (left < size) return dotted(first + left);
      left -= size;
    }
    return dotted(0xf0000000 + left); // 240.0.0.0/4: nobody has so many
  },
  ip6: (count: number): string =>
    `2001:db8::${count > 0xffff ? `${(count >>> 16).toString(16)}:` : ""}${((count + 1) & 0xffff).toString(16)}`,
  ether: (count: number): string =>
    count < 256
      ? `00:00:5e:00:53:${octet(count)}`
      : `02:00:00:${octet(count >>> 16)}:${octet(count >>> 8)}:${octet(count)}`,
};

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

function octet(number: number): string {
  return (number & 255).toString(16).padStart(2, "0");
}
