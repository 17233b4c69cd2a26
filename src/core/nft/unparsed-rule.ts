import { type Json, type JsonObject, soleEntry } from "./json.ts";
import { normalizeAs } from "./normal.ts";

/** Where a rule stands. */
export interface RulePlace {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** Under this key stands the rule itself. */
const ITSELF = Symbol("parsed");

/** The rule itself where it has been parsed by looking into it: what looks at much of it is faster with that. */
export function parsedRule(rule: JsonObject): JsonObject {
  return (rule as { readonly [ITSELF]?: JsonObject })[ITSELF] ?? rule;
}

/** A rule that is known to be well-formed and where it stands, and is parsed when somebody looks into it. */
export class UnparsedRule {
  readonly place: RulePlace;
  /** What stands for the rule: it reads as if it were parsed. */
  readonly rule: JsonObject;

  /** @param text the item of a listing, or the command that adds it */
  constructor(text: string, place: RulePlace, comment: string | undefined) {
    this.place = place;
    this.rule = new Proxy<JsonObject>({}, new Parsing(text, comment));
  }
}

/** Parses the rule once, at the first look at anything but its comment. */
class Parsing implements ProxyHandler<JsonObject> {
  #text: string;
  readonly #comment: string | undefined;
  #rule: JsonObject | undefined;

  constructor(text: string, comment: string | undefined) {
    this.#text = text;
    this.#comment = comment;
  }

  get(_target: JsonObject, key: string | symbol): Json | undefined {
    if (key === "comment") return this.#comment;
    return typeof key === "string" ? this.#parsed()[key] : key === ITSELF ? this.#parsed() : undefined;
  }

  has(_target: JsonObject, key: string): boolean {
    return key in this.#parsed();
  }

  ownKeys(): string[] {
    return Object.keys(this.#parsed());
  }

  getOwnPropertyDescriptor(_target: JsonObject, key: string): PropertyDescriptor | undefined {
    return Object.getOwnPropertyDescriptor(this.#parsed(), key);
  }

  #parsed(): JsonObject {
    this.#rule ??= ruleIn(JSON.parse(this.#text) as Json);
    this.#text = "";
    return this.#rule;
  }
}

/** The rule of a listing's item or of a command that adds one, in the normal spelling. */
function ruleIn(item: Json): JsonObject {
  const [kind, value] = soleEntry(item) ?? [];
  return kind === "add" ? ruleIn(value ?? null) : (normalizeAs("rule", value ?? null) as JsonObject);
}
