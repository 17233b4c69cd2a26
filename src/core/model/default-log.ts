import { FAMILIES, type Family } from "./family.ts";

export const GROUP_MAX = 65_535;

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
