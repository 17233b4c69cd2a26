import { isObject, type Json, type JsonObject, soleEntry } from "../json.ts";
import { growingSets, grown } from "./growing.ts";
import { isTooDeep, type Miss, shown } from "./miss.ts";
import { shallowObjectLines } from "./object.ts";
import { name, oneOf } from "./quote.ts";
import { elementList } from "./set.ts";

const FAMILIES = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/** Where nft lists a kind of object within its table. */
const PLACES: ReadonlyMap<string, keyof Table> = new Map<string, keyof Table>([
  ["counter", "objects"],
  ["quota", "objects"],
  ["limit", "objects"],
  ["ct helper", "objects"],
  ["ct timeout", "objects"],
  ["ct expectation", "objects"],
  ["secmark", "objects"],
  ["synproxy", "objects"],
  ["set", "sets"],
  ["map", "sets"],
  ["meter", "sets"],
  ["flowtable", "flowtables"],
]);

/** What is in a table: blocks by where nft lists them, each kind in the order in which it came. */
interface Table {
  readonly head: string;
  readonly own: string[];
  readonly objects: string[];
  readonly sets: string[];
  readonly flowtables: string[];
  readonly chains: Map<Json, Chain>;
}

interface Chain {
  readonly head: string;
  readonly lines: string[];
  readonly rules: string[];
}

/** A listing on its way to text: its tables, and what stands behind them. */
interface Page {
  readonly tables: Map<string, Table>;
  readonly after: string[];
}

/**
 * Objects of a listing, in any order, as nft lists them: a block for each table. What nft's text cannot say stands there
 * as `miss` gives it: by default as JSON, and so that nft refuses the text.
 */
export function rulesetText(objects: readonly JsonObject[], miss: Miss = shown): string {
  const page: Page = { tables: new Map(), after: [] };
  const growing = growingSets(objects);
  for (const object of objects) place(page, grown(object, growing), miss);
  const lines = [...[...page.tables.values()].map(tableText), ...page.after];
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * The pieces of these objects that nft's text cannot say or that are not known, as JSON: where there are none, nft reads
 * the text of the objects back to what they are.
 */
export function unknownIn(objects: readonly JsonObject[]): string[] {
  const pieces: string[] = [];
  rulesetText(objects, (piece) => {
    const text = shown(piece);
    pieces.push(text.slice(1));
    return text;
  });
  return pieces;
}

function place(page: Page, object: JsonObject, miss: Miss): void {
  const [kind = "", body] = soleEntry(object) ?? [];
  if (kind === "metainfo") return;
  if (!isObject(body) || isTooDeep(object)) page.after.push(miss(object));
  else if (kind === "element") page.after.push(elementLine(body, miss));
  else if (kind === "table")
    tableOf(page, body["family"], body["name"], miss).own.push(...shallowObjectLines(object, miss));
  else if (kind === "chain" || kind === "rule") placeInChain(page, object, body, miss);
  else placeInTable(page, kind, object, miss);
}

function placeInChain(page: Page, object: JsonObject, body: JsonObject, miss: Miss): void {
  const { family, table } = body;
  const isRule = object["rule"] !== undefined;
  const named = isRule ? body["chain"] : body["name"];
  const { chains } = tableOf(page, family, table, miss);
  const key = named ?? null;
  const chain = chains.get(key) ?? { head: `chain ${name(named, miss)} {`, lines: [], rules: [] };
  chains.set(key, chain);
  (isRule ? chain.rules : chain.lines).push(...shallowObjectLines(object, miss));
}

function placeInTable(page: Page, kind: string, object: JsonObject, miss: Miss): void {
  const body = object[kind] as JsonObject;
  const into = PLACES.get(kind);
  if (into === undefined) {
    page.after.push(miss(object));
    return;
  }
  const word = kind === "meter" ? "set" : kind;
  const blocks = tableOf(page, body["family"], body["table"], miss)[into] as string[];
  blocks.push(blockText(`${word} ${name(body["name"], miss)} {`, shallowObjectLines(object, miss)));
}

function tableOf(page: Page, family: Json | undefined, named: Json | undefined, miss: Miss): Table {
  const key = JSON.stringify([family, named]);
  const known = page.tables.get(key);
  if (known !== undefined) return known;
  const head = `table ${familyText(family, miss)} ${name(named, miss)} {`;
  const table: Table = { head, own: [], objects: [], sets: [], flowtables: [], chains: new Map() };
  page.tables.set(key, table);
  return table;
}

function familyText(family: Json | undefined, miss: Miss): string {
  return oneOf(family, FAMILIES) ?? miss(family ?? null);
}

/** Elements by themselves are no part of a block: they are added, as a command. */
function elementLine({ family, table, name: set, elem }: JsonObject, miss: Miss): string {
  const whose = `${familyText(family, miss)} ${name(table, miss)} ${name(set, miss)}`;
  return `add element ${whose} ${elementList(elem, miss)}`;
}

function tableText({ head, own, objects, sets, flowtables, chains }: Table): string {
  const chainBlocks = [...chains.values()].map(({ head: start, lines, rules }) =>
    blockText(start, [...lines, ...rules]),
  );
  const ownBlock = own.length === 0 ? [] : [own.map((line) => `\t${line}`).join("\n")];
  const blocks = [...ownBlock, ...objects, ...sets, ...flowtables, ...chainBlocks];
  return [head, ...(blocks.length === 0 ? [] : [blocks.join("\n\n")]), "}"].join("\n");
}

function blockText(head: string, lines: readonly string[]): string {
  return [`\t${head}`, ...lines.map((line) => `\t\t${line}`), "\t}"].join("\n");
}
