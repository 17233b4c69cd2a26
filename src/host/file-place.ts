import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { dirname, resolve } from "node:path";
import { HostError, UntrustedError } from "../core/model/host.ts";
import { isTrustedDirectory, isTrustedUser } from "./trust.ts";

/** As many as the kernel follows (path_resolution(7)). */
const LINKS_MAX = 40;

/**
 * Where what a path names stands. A link is followed; as root none that others could lead elsewhere.
 * @throws UntrustedError
 */
export function filePlace(path: string): string {
  let place = path;
  for (let links = 0; links < LINKS_MAX; links += 1) {
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (!stats?.isSymbolicLink()) return place;
    refuseStrangersLink(place, stats);
    place = resolve(dirname(place), readlinkSync(place));
  }
  throw new HostError("ELOOP", "write", path);
}

function refuseStrangersLink(place: string, { uid }: Stats): void {
  if (isTrustedUser(uid) && isTrustedDirectory(dirname(place))) return;
  throw new UntrustedError(place, { place, why: "it is a link that others could lead elsewhere", remedy: "rm" });
}
