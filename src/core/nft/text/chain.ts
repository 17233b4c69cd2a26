import type { Json, JsonObject } from "../json.ts";
import { type Miss, only } from "./miss.ts";
import { priorityText } from "./priority.ts";
import { oneOf, quoted } from "./quote.ts";

const KEYS = ["family", "table", "name", "handle", "comment", "type", "hook", "prio", "policy", "dev"];
const TYPES = ["filter", "nat", "route"];
const HOOKS = ["prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"];
const POLICIES = ["accept", "drop"];

/** What stands in a chain before its rules: its comment, and for a base chain where it hangs and what it does at the end. */
export function chainLines(chain: JsonObject, miss: Miss): string[] {
  if (only(chain, KEYS) === undefined) return [miss(chain)];
  const comment = chain["comment"] === undefined ? [] : [`comment ${quoted(chain["comment"], miss)}`];
  const isBase = ["type", "hook", "prio", "policy", "dev"].some((key) => chain[key] !== undefined);
  return isBase ? [...comment, baseLine(chain, miss)] : comment;
}

/** The interfaces of a chain or a flowtable, which nft lists as a string or as a list. */
export function devicesText(value: Json, miss: Miss): string {
  const devices = Array.isArray(value) ? value : [value];
  return `{ ${devices.map((device) => quoted(device, miss)).join(", ")} }`;
}

function baseLine(chain: JsonObject, miss: Miss): string {
  const { type = null, hook = null, prio = null, policy } = chain;
  const place = `type ${oneOf(type, TYPES) ?? miss(type)} hook ${oneOf(hook, HOOKS) ?? miss(hook)}`;
  const priority = Number.isSafeInteger(prio) ? priorityText(Number(prio), chain["family"], hook) : miss(prio);
  const end = policy === undefined ? "" : ` policy ${oneOf(policy, POLICIES) ?? miss(policy)};`;
  return `${place}${deviceText(chain, miss)} priority ${priority};${end}`;
}

/**
 * nft before 1.1.0 does not list the interfaces of a chain in JSON. Without them the chain could be loaded by 1.1, and
 * would see no packet, so what is missing is said to be.
 */
function deviceText({ family, hook, dev }: JsonObject, miss: Miss): string {
  if (dev === undefined) return family === "netdev" || hook === "ingress" ? ` device ${miss(null)}` : "";
  const isOne = !Array.isArray(dev) || dev.length === 1;
  return isOne ? ` device ${quoted(Array.isArray(dev) ? dev[0] : dev, miss)}` : ` devices = ${devicesText(dev, miss)}`;
}
