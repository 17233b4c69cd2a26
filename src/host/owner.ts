import { fchownSync, fstatSync, type Stats, statSync } from "node:fs";
import { OVERFLOW_USER } from "./trust.ts";

/** Whose a new file in a directory is to be: what root puts into one of another user belongs to that user, whose service goes on with it. */
export function ownerIn(directory: string): Pick<Stats, "uid" | "gid"> {
  const { uid, gid } = statSync(directory);
  const [ownUid = uid, ownGid = gid] = [process.geteuid?.(), process.getegid?.()];
  const isOthers = ownUid === 0 && uid !== 0 && uid !== OVERFLOW_USER;
  return isOthers ? { uid, gid } : { uid: ownUid, gid: ownGid };
}

/** Gives an open file to whom a new one in its directory is to belong. */
export function giveToOwner(file: number, directory: string): void {
  const [wished, found] = [ownerIn(directory), fstatSync(file)];
  if (found.uid !== wished.uid && found.uid === process.geteuid?.()) fchownSync(file, wished.uid, wished.gid);
}
