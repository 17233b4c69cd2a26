import { Fault } from "../model/fault.ts";
import { isObject, type Json, type JsonObject, soleEntry } from "./json.ts";
import type { Chain, Ruleset, Table } from "./ruleset.ts";
import type { UnparsedRule } from "./unparsed-rule.ts";

/** Commands that change nothing. */
const READING = ["list", "reset"];

/** Carries out one item of a document: a command (`{ "add": ... }`), or an object of a listing, which is added. */
export function applyCommand(ruleset: Ruleset, verb: string, value: Json, where: string): void {
  if (READING.includes(verb)) return;
  const act = COMMANDS.get(verb);
  if (act === undefined) {
    add(ruleset, verb, value, where);
    return;
  }
  const entry = soleEntry(value);
  if (entry === undefined)
    throw new Fault("bad-input", `${where}.${verb} is no object with one key`, "see libnftables-json(5)");
  act(ruleset, ...entry, where);
}

type Act = (ruleset: Ruleset, kind: string, value: Json, where: string) => void;

const COMMANDS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["add", add],
  ["create", add],
  ["insert", insert],
  ["delete", remove],
  ["destroy", remove],
  ["flush", flush],
  ["replace", replace],
  ["rename", rename],
]);

function add(ruleset: Ruleset, kind: string, value: Json, where: string): void {
  const act = ADDERS.get(kind);
  if (act === undefined) addNamed(ruleset, kind, value);
  else act(ruleset, value, where);
}

function insert(ruleset: Ruleset, kind: string, value: Json, where: string): void {
  if (kind !== "rule") throw new Fault("bad-input", `${where}: only a rule can be inserted, not a ${kind}`, "add it");
  putRule(ruleset, value, where, true);
}

type Adder = (ruleset: Ruleset, value: Json, where: string) => void;

const ADDERS: ReadonlyMap<string, Adder> = new Map<string, Adder>([
  ["table", addTable],
  ["chain", addChain],
  ["rule", (ruleset, value, where) => putRule(ruleset, value, where, false)],
  ["element", addElements],
]);

function addTable(ruleset: Ruleset, value: Json, where: string): void {
  const { family, name } = fields(value, where);
  const table = tableOf(ruleset, family, name);
  table.head = { ...table.head, ...(value as JsonObject) };
}

function addChain(ruleset: Ruleset, value: Json, where: string): void {
  const { family, table, name } = fields(value, where);
  const chain = chainOf(tableOf(ruleset, family, table), name);
  chain.head = { ...chain.head, ...(value as JsonObject) };
}

/** Puts a rule behind the others of its chain. */
export function addRule(ruleset: Ruleset, { place: { family, table, chain }, rule }: UnparsedRule): void {
  chainOf(tableOf(ruleset, family, table), chain).rules.push(rule);
}

/** `index` counts the chain's rules from 0: an added rule stands behind that one, an inserted one before it. */
function putRule(ruleset: Ruleset, value: Json, where: string, isBefore: boolean): void {
  const { family, table, chain: name } = fields(value, where);
  const { rules } = chainOf(tableOf(ruleset, family, table), name);
  const { index } = value as JsonObject;
  const rule = index === undefined ? (value as JsonObject) : withoutIndex(value as JsonObject);
  if (typeof index !== "number") rules.splice(isBefore ? 0 : rules.length, 0, rule);
  else rules.splice(isBefore ? index : index + 1, 0, rule);
}

function withoutIndex({ index: _index, ...rule }: JsonObject): JsonObject {
  return rule;
}

function addElements(ruleset: Ruleset, value: Json, where: string): void {
  const { family, table, name } = fields(value, where);
  const { objects } = tableOf(ruleset, family, table);
  const key = objects.has(`map ${name}`) ? `map ${name}` : `set ${name}`;
  const { elem: more } = value as JsonObject;
  const found = objects.get(key);
  const known = Array.isArray(found?.value["elem"]) ? found.value["elem"] : [];
  // Elements of a set that somebody else declares stand alone.
  if (found === undefined || !Array.isArray(more)) ruleset.others.push({ element: value });
  else if (Array.isArray(found.value["elem"])) for (const element of more) (known as Json[]).push(element);
  else objects.set(key, { ...found, value: { ...found.value, elem: [...more] } });
}

function addNamed(ruleset: Ruleset, kind: string, value: Json): void {
  const { family, table, name } = isObject(value) ? value : {};
  const names = [family, table, name];
  if (!names.every((part) => typeof part === "string")) {
    ruleset.others.push({ [kind]: value });
    return;
  }
  const { objects } = tableOf(ruleset, String(family), String(table));
  objects.set(`${kind} ${name}`, { kind, value: value as JsonObject });
}

function remove(ruleset: Ruleset, kind: string, value: Json, where: string): void {
  if (kind === "rule") {
    const { chain, at } = ruleByHandle(ruleset, kind, value, where);
    chain.rules.splice(at, 1);
    return;
  }
  const { family, table, name } = fields(value, where);
  if (kind === "table") {
    ruleset.tables.delete(`${family} ${name}`);
    return;
  }
  const held = ruleset.tables.get(`${family} ${table}`);
  if (kind === "chain") held?.chains.delete(name);
  else held?.objects.delete(`${kind} ${name}`);
}

function flush(ruleset: Ruleset, kind: string, value: Json, where: string): void {
  if (kind === "ruleset") {
    flushAll(ruleset, isObject(value) ? value["family"] : undefined);
    return;
  }
  const { family, table, name } = fields(value, where);
  const held = ruleset.tables.get(`${family} ${kind === "table" ? name : table}`);
  if (held === undefined) return;
  if (kind === "chain") held.chains.get(name)?.rules.splice(0);
  else if (kind === "table") for (const { rules } of held.chains.values()) rules.length = 0;
  else emptySet(held, `${kind} ${name}`);
}

function flushAll({ tables }: Ruleset, family: Json | undefined): void {
  for (const [key, table] of tables) {
    if (family === undefined || table.family === family) tables.delete(key);
  }
}

function emptySet({ objects }: Table, key: string): void {
  const found = objects.get(key);
  if (found === undefined) return;
  const { elem: _elements, ...value } = found.value;
  objects.set(key, { ...found, value });
}

function replace(ruleset: Ruleset, kind: string, value: Json, where: string): void {
  const { chain, at } = ruleByHandle(ruleset, kind, value, where);
  chain.rules[at] = value as JsonObject;
}

function rename(ruleset: Ruleset, _kind: string, value: Json, where: string): void {
  const { family, table, name, newname } = fields(value, where);
  const { chains } = tableOf(ruleset, family, table);
  const chain = chains.get(name);
  if (chain === undefined || newname === "")
    throw new Fault("bad-input", `${where}: there is no chain ${name} to rename`, "name one that the file adds before");
  chains.delete(name);
  chains.set(newname, { ...chain, head: { ...chain.head, name: newname } });
}

function ruleByHandle(ruleset: Ruleset, kind: string, value: Json, where: string): { chain: Chain; at: number } {
  const { family, table, chain: name } = fields(value, where);
  const handle = isObject(value) ? value["handle"] : undefined;
  const chain = kind === "rule" ? ruleset.tables.get(`${family} ${table}`)?.chains.get(name) : undefined;
  const at = chain?.rules.findIndex((rule) => rule["handle"] === handle) ?? -1;
  if (chain !== undefined && handle !== undefined && at !== -1) return { chain, at };
  throw new Fault(
    "bad-input",
    `${where} names a rule by its handle ${JSON.stringify(handle ?? null)}, which is not in this file`,
    "handles belong to one machine: give a listing, or commands that stand alone",
  );
}

/** The table, made where it is not there: rules may go into a table that somebody else declares. */
function tableOf({ tables }: Ruleset, family: string, name: string): Table {
  const key = `${family} ${name}`;
  const found = tables.get(key);
  if (found !== undefined) return found;
  const table: Table = { head: undefined, family, name, chains: new Map(), objects: new Map() };
  tables.set(key, table);
  return table;
}

function chainOf({ chains }: Table, name: string): Chain {
  const found = chains.get(name);
  if (found !== undefined) return found;
  const chain: Chain = { head: undefined, rules: [] };
  chains.set(name, chain);
  return chain;
}

/** The names by which an object is found; nft's family is ip where none is given. */
function fields(value: Json, where: string): Record<"family" | "table" | "chain" | "name" | "newname", string> {
  if (!isObject(value)) throw new Fault("bad-input", `${where} holds no object`, "see libnftables-json(5)");
  const text = (key: string): string => {
    const found = value[key];
    return typeof found === "string" ? found : "";
  };
  return {
    family: text("family") || "ip",
    table: text("table"),
    chain: text("chain"),
    name: text("name"),
    newname: text("newname"),
  };
}
