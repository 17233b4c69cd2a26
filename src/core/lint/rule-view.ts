import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import type { Table } from "../nft/ruleset.ts";
import type { LintCode } from "./codes.ts";

/** Where a rule stands; the position counts the rules of its chain from 0. */
export interface Place {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly position: number;
}

/** A statement by its kind: `{ "counter": null }` is `counter`. */
export interface Statement {
  readonly kind: string;
  readonly value: Json;
}

/** A log statement and its place among the rule's statements. */
export interface LogView {
  readonly index: number;
  readonly fields: JsonObject;
  /** Absent where it is empty, too. */
  readonly prefix: string | undefined;
  readonly to: "kernel" | "group" | "audit";
}

/** A rule, and what its chain means for it. */
export interface RuleView {
  readonly rule: JsonObject;
  readonly at: Place;
  readonly table: Table;
  /** The rule's name, where it is one of ours. */
  readonly name: string | undefined;
  readonly statements: readonly Statement[];
  readonly logs: readonly LogView[];
  /** The hook at which whoever sends packets reaches the rule, past no limit; undefined where there is none. */
  readonly floodHook: string | undefined;
  /** An earlier rule of the chain ends every packet. */
  readonly isDead: boolean;
  /** The statements of the rule behind it. */
  readonly next: readonly Statement[] | undefined;
  /** The policy of its base chain. */
  readonly policy: string | undefined;
}

/** What a check says of a rule. */
export interface Complaint {
  readonly code: LintCode;
  readonly message: string;
}

const MARK = "netlogctl:";

/** The name behind our mark in a rule's comment. */
export function nameOf({ comment }: JsonObject): string | undefined {
  return typeof comment === "string" && comment.startsWith(MARK) ? comment.slice(MARK.length) : undefined;
}

/** A rule's statements; one that is no object with one key has no kind. */
export function statementsOf({ expr }: JsonObject): Statement[] {
  return Array.isArray(expr) ? expr.map(statementOf) : [];
}

export function statementOf(json: Json): Statement {
  const [kind, value] = soleEntry(json) ?? ["", json];
  return { kind, value };
}

export function logsOf(statements: readonly Statement[]): LogView[] {
  const logs: LogView[] = [];
  for (const [index, { kind, value }] of statements.entries()) {
    if (kind === "log") logs.push(logOf(isObject(value) ? value : {}, index));
  }
  return logs;
}

function logOf(fields: JsonObject, index: number): LogView {
  const { prefix, group, level } = fields;
  const withoutGroup = level === "audit" ? "audit" : "kernel";
  return {
    index,
    fields,
    prefix: typeof prefix === "string" && prefix !== "" ? prefix : undefined,
    to: group === undefined ? withoutGroup : "group",
  };
}
