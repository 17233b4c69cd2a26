import { FAMILIES, type Family, isFamily } from "./family.ts";
import { Fault } from "./fault.ts";

export const GROUP_MAX = 65_535;

/** How an intent spells a destination; its group may be too large. */
export const DESTINATION_TEXT = /^(kernel|none|user( group (0|[1-9][0-9]{0,4}))?)$/;

/** Whether an intent spells a destination so. */
export function isDestinationText(text: string): boolean {
  return DESTINATION_TEXT.test(text) && Number(text.split(" ")[2] ?? 0) <= GROUP_MAX;
}

/** Where the messages of a family go that name no destination themselves. */
export type Destination =
  | { readonly to: "kernel" }
  | { readonly to: "user" /** 0 to GROUP_MAX. */; readonly group: number }
  | { readonly to: "none" };

/** A destination for each family that has been given one; the others are left as they are. */
export type DefaultLog = Partial<Record<Family, Destination>>;

/** The families of a default log in the order of their numbers, each with its destination. */
export function entriesOf(defaultLog: DefaultLog): [Family, Destination][] {
  return FAMILIES.flatMap((family) => {
    const destination = defaultLog[family];
    return destination === undefined ? [] : [[family, destination] as [Family, Destination]];
  });
}

/** The proposal's words for it: `kernel`, `user group 0` or `none`. */
export function destinationText(destination: Destination): string {
  return destination.to === "user" ? `user group ${destination.group}` : destination.to;
}

export function sameDestination(a: Destination | undefined, b: Destination | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && destinationText(a) === destinationText(b));
}

/** Refuses what is no default log, such as a program without types may hand over. */
export function checkDefaultLog(defaultLog: DefaultLog): void {
  const entries = Object.entries(defaultLog as Readonly<Record<string, Partial<Record<string, unknown>> | undefined>>);
  const wrong = entries.find(([family, destination]) => !isFamily(family) || !isDestination(destination));
  if (entries.length > 0 && wrong === undefined) return;
  throw new Fault(
    "bad-input",
    wrong === undefined
      ? "the default log names no family"
      : `no default log: ${JSON.stringify({ [wrong[0]]: wrong[1] })}`,
    'it is such as { ip6: { to: "user", group: 0 } }: to is kernel, user (with a group from 0 to 65535) or none',
  );
}

function isDestination(value: Partial<Record<string, unknown>> | undefined): boolean {
  const { to, group } = value ?? {};
  if (to !== "user") return to === "kernel" || to === "none";
  return Number.isInteger(group) && (group as number) >= 0 && (group as number) <= GROUP_MAX;
}
