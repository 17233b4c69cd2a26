import { Fault } from "../model/fault.ts";
import { isEnd, isSign, isWord, type NftToken, placeOf } from "./nft-tokens.ts";

const FAMILIES = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];
const CHANGING = ["add", "create", "insert", "replace", "rename", "delete", "destroy", "flush"];
const READING = ["list", "reset", "monitor", "describe", "import", "export"];
const OBJECTS = [
  ..."table chain rule set map element flowtable counter quota limit secmark synproxy meter".split(" "),
  "ct",
];

/** `file:line:column`, worked out where it is needed. */
type Place = () => string;

/**
 * Refuses commands of nft's text that netlogctl does not carry out: what acts on more than the text declares, what only
 * reads, and what is known by a number of one machine.
 */
export function refuseCommands(tokens: readonly NftToken[], text: string, source: string): void {
  const tables = createTables();
  for (const words of commandsIn(tokens)) {
    const where = (): string => placeOf(text, source, words[0]?.start ?? 0);
    const names = words.map((word) => word.text);
    refuseAlone(names, where);
    const command = readCommand(names);
    if (command !== undefined) tables.act(command, where);
  }
  tables.refuseLeftDeleted();
  refuseIncludes(tokens, text, source);
}

/** The tables that the text has declared so far, and those that it has deleted. */
function createTables(): { act: (command: Command, where: Place) => void; refuseLeftDeleted: () => void } {
  const declared = new Set<string>();
  const deleted = new Map<string, Place>();
  return {
    act({ table, does }, where) {
      if (does === "declare") {
        declared.add(table);
        deleted.delete(table);
        return;
      }
      if (!declared.has(table)) throw undeclared(table, where);
      if (does !== "delete") return;
      declared.delete(table);
      deleted.set(table, where);
    },
    refuseLeftDeleted() {
      for (const [table, where] of deleted) throw leftDeleted(table, where);
    },
  };
}

/** The words of each command, up to its end or its block. */
function commandsIn(tokens: readonly NftToken[]): NftToken[][] {
  const commands: NftToken[][] = [];
  let words: NftToken[] | undefined;
  for (const token of tokens) {
    if (token.depth > 0) continue;
    if (isEnd(token)) {
      words = undefined;
    } else if (words === undefined) {
      words = [token];
      commands.push(words);
    } else if (!isSign(words.at(-1), "{")) words.push(token);
  }
  return commands;
}

function refuseAlone(words: readonly string[], where: Place): void {
  const [verb = "", object] = words;
  if (verb === "flush" && object === "ruleset") {
    const remedy = "take the line out: the tables of the file are replaced whole, those of others stay";
    throw new Fault("bad-input", "netlogctl never flushes a ruleset", remedy, { where: where() });
  }
  if (READING.includes(verb)) {
    throw new Fault(
      "bad-input",
      `${verb} changes nothing: only what is to be applied may stand here`,
      `run nft ${verb} by itself`,
      { where: where() },
    );
  }
  const at = words.findIndex((word, index) => /^(handle|position)$/.test(word) && /^\d/.test(words[index + 1] ?? ""));
  if (at === -1 || verb === "define") return;
  const message = `a ${words[at]} names a rule or an object of one machine`;
  throw new Fault("bad-input", message, "declare the whole table", { where: where() });
}

interface Command {
  /** `FAMILY NAME` of the table that it acts on. */
  readonly table: string;
  readonly does: "declare" | "delete" | "change";
}

/** nft's family is ip, its verb add and its object a rule where none is given. undefined for what is no command. */
function readCommand(words: readonly string[]): Command | undefined {
  const rest = [...words];
  const takeOneOf = (some: readonly string[]): string | undefined => {
    return some.includes(rest[0] ?? "") ? rest.shift() : undefined;
  };
  const verb = takeOneOf(CHANGING);
  const object = takeOneOf(OBJECTS);
  if (object === "ct") rest.shift();
  const family = takeOneOf(FAMILIES);
  const [name] = rest;
  const isCommand = (verb ?? object ?? family) !== undefined;
  if (name === undefined || !isCommand) return undefined;
  const table = `${family ?? "ip"} ${name}`;
  return { table, does: object === "table" ? (TO_TABLES.get(verb ?? "add") ?? "change") : "change" };
}

const TO_TABLES = new Map<string, Command["does"]>([
  ["add", "declare"],
  ["create", "declare"],
  ["delete", "delete"],
  ["destroy", "delete"],
]);

function refuseIncludes(tokens: readonly NftToken[], text: string, source: string): void {
  const found = tokens.find((token) => isWord(token, "include"));
  if (found === undefined) return;
  throw new Fault("bad-input", "an include: nothing but the text itself is looked at", "put in what it names", {
    where: placeOf(text, source, found.start),
  });
}

function undeclared(table: string, where: Place): Fault {
  const message = `table ${table} is not declared before: netlogctl changes no table but those that the file holds`;
  return new Fault("bad-input", message, `declare it whole, or begin with: add table ${table}`, { where: where() });
}

function leftDeleted(table: string, where: Place): Fault {
  const message = `table ${table} is deleted and not declared again`;
  return new Fault("bad-input", message, `to delete it on the machine: nft delete table ${table}`, { where: where() });
}
