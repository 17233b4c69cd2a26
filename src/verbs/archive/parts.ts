import type { PlaceDocument } from "../../core/archive/schema.ts";
import type { Depot } from "../../core/model/depot.ts";
import type { Host } from "../../core/model/host.ts";
import type { Place } from "../../core/model/place.ts";

/** What the archive is made with: this machine, its disks, and the way to others. */
export interface ArchiveParts {
  readonly host: Host;
  readonly depot: Depot;
  readonly openPlace: (document: PlaceDocument) => Place;
  /** The words that start this program on this machine, where it need not be in PATH. */
  readonly program?: readonly string[];
}

/** Where the archive is kept; a relative path is one of the home directory there. */
export interface Vault {
  readonly place: Place;
  readonly path: string;
}

/** Where a machine's day stands in it. */
export function dayPath({ path }: Vault, machine: string, day: string): string {
  return `${path}/${machine}/${day}`;
}
