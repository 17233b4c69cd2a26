import { ACTIONS, HOOKS, type PacketEvent } from "../event/event.ts";
import { printable } from "../printable.ts";

/** What a comment says that no field of pcapng is for. */
export type Commented = Pick<PacketEvent, "prefix" | "action" | "hook" | "in" | "out" | "mark">;

/** The comment of a packet: `prefix "drop:input " action blocked in eth0`. */
export function commentOf({ prefix, action, hook, mark, ...event }: Commented): string {
  return [
    `prefix "${printable(prefix)}"`,
    ...(action === undefined ? [] : [`action ${action}`]),
    ...(hook === undefined ? [] : [`hook ${hook}`]),
    ...(event.in === undefined ? [] : [`in ${printable(event.in)}`]),
    ...(event.out === undefined ? [] : [`out ${printable(event.out)}`]),
    ...(mark === undefined ? [] : [`mark 0x${mark.toString(16)}`]),
  ].join(" ");
}

const COMMENT = new RegExp(
  `^prefix "(?<prefix>.*)"(?: action (?<action>${ACTIONS.join("|")}))?(?: hook (?<hook>${HOOKS.join("|")}))?` +
    "(?: in (?<in>[^ ]+))?(?: out (?<out>[^ ]+))?(?: mark 0x(?<mark>[0-9a-f]{1,8}))?$",
  "s",
);

/** A capture has few different comments: what was read of them is kept, of so many of such a length. */
const KEPT_MAX = 1024;
const KEPT_LENGTH_MAX = 512;
const kept = new Map<string, Partial<Commented> | undefined>();

/** What such a comment says; undefined for the comment of another program. */
export function commentedIn(comment: string): Partial<Commented> | undefined {
  if (comment.length > KEPT_LENGTH_MAX) return commentedAnew(comment);
  if (kept.has(comment)) return kept.get(comment);
  if (kept.size >= KEPT_MAX) kept.clear();
  const commented = commentedAnew(comment);
  kept.set(comment, commented);
  return commented;
}

function commentedAnew(comment: string): Partial<Commented> | undefined {
  const { prefix, action, hook, mark, ...found } = COMMENT.exec(comment)?.groups ?? {};
  if (prefix === undefined) return undefined;
  const actionIn = ACTIONS.find((one) => one === action);
  const hookIn = HOOKS.find((one) => one === hook);
  return {
    prefix,
    ...(actionIn === undefined ? {} : { action: actionIn }),
    ...(hookIn === undefined ? {} : { hook: hookIn }),
    ...(found["in"] === undefined ? {} : { in: found["in"] }),
    ...(found["out"] === undefined ? {} : { out: found["out"] }),
    ...(mark === undefined ? {} : { mark: Number.parseInt(mark, 16) }),
  };
}
