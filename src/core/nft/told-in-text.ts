import type { Json, JsonObject } from "./json.ts";
import type { Chain, Ruleset, Table } from "./ruleset.ts";

/** nft's text of a chain at a device, as nft lists it. */
const AT_DEVICE = /^\t\ttype \S+ hook \S+ (?:device "([^"]+)"|devices = \{([^}]*)\})/;

/**
 * The ruleset with the devices of its chains, which nft before 1.1 leaves out of its JSON, from nft's text of the same.
 */
export function withDevices(ruleset: Ruleset, listing: string): Ruleset {
  const devices = devicesIn(listing);
  const tables = new Map([...ruleset.tables].map(([key, table]) => [key, tableWithDevices(key, table, devices)]));
  return { ...ruleset, tables };
}

function tableWithDevices(key: string, table: Table, devices: ReadonlyMap<string, Json>): Table {
  const chains = new Map<string, Chain>();
  for (const [name, chain] of table.chains) {
    const dev = devices.get(`${key} ${name}`);
    const isUntold = dev !== undefined && chain.head !== undefined && chain.head["dev"] === undefined;
    const head = isUntold ? { ...(chain.head as JsonObject), dev } : chain.head;
    chains.set(name, { ...chain, head });
  }
  return { ...table, chains };
}

/** By `FAMILY TABLE CHAIN`: a name, or a list where there are several. */
function devicesIn(listing: string): Map<string, Json> {
  const devices = new Map<string, Json>();
  for (const { line, table, chain } of linesOf(listing)) {
    const [, device, list] = AT_DEVICE.exec(line) ?? [];
    const names =
      device === undefined ? [...(list ?? "").matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? "") : [device];
    const [first, second] = names;
    if (first !== undefined) devices.set(`${table} ${chain}`, second === undefined ? first : names);
  }
  return devices;
}

/** The flags of a table, from nft's text of it. */
export function flagsIn(listing: string): string[] {
  const [, flags] = /^table .* \{(?: #.*)?\n(?:\tcomment .*\n)?\tflags (.+)$/m.exec(listing) ?? [];
  return flags?.split(/[ ,]+/) ?? [];
}

/** A line of nft's listing, and the table and the chain, set or other object that it stands in. */
export interface ListedLine {
  readonly line: string;
  readonly table: string;
  readonly chain: string;
}

/** The lines of one listing that are missing in another, in whatever order: what was lost on the way. */
export function linesLost(before: string, after: string): ListedLine[] {
  const left = new Map<string, number>();
  for (const line of linesOf(after)) left.set(JSON.stringify(line), (left.get(JSON.stringify(line)) ?? 0) + 1);
  return linesOf(before).filter((line) => {
    const key = JSON.stringify(line);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

function linesOf(listing: string): ListedLine[] {
  let table = "";
  let chain = "";
  return listing.split("\n").flatMap((line) => {
    const [, name] = /^table (.*) \{$/.exec(line) ?? [];
    const [, inner] = /^\t\w[^"]* (\S+) \{$/.exec(line) ?? [];
    if (name !== undefined) [table, chain] = [name, ""];
    if (inner !== undefined) chain = inner;
    if (line === "\t}") chain = "";
    return /^\t*\}?$/.test(line) ? [] : [{ line, table, chain }];
  });
}
