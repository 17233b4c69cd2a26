import * as z from "zod";
import { parseAge, parseSize } from "./units.ts";

/** A size in bytes, as an intent writes it: 64MiB. */
export const Size = z
  .string()
  .refine((text) => parseSize(text) !== undefined, "must be a size such as 64MiB or 2GiB")
  .transform((text) => parseSize(text) ?? 0);

/** An age in seconds, as an intent writes it: 30d. */
export const Age = z
  .string()
  .refine((text) => parseAge(text) !== undefined, "must be an age such as 12h or 30d")
  .transform((text) => parseAge(text) ?? 0);

/** Directories of the system that hold other things, and those below which everything is the system's (hier(7)). */
const SYSTEM =
  /^\/(?:(?:home|media|mnt|opt|root|run|srv|tmp|var)?|home\/[^/]+|(?:run\/(?:lock|user)|var\/(?:cache|lib|log|mail|opt|run|spool|tmp))|(?:bin|boot|dev|etc|lib\d*|libx?32|lost\+found|proc|sbin|sys|usr)(?:\/.*)?)$/;

export const NOT_NORMAL = "must be a path without //, . and ..";
export const NOT_OWN = "must be a directory of its own: that one is the system's";

/** Whether it may be given over to one purpose: its owner, its mode and what is deleted in it are no longer those of the system. */
export function isOwnDirectory(path: string): boolean {
  return !SYSTEM.test(path);
}

/** Whether it says where it is without dots and slashes that say nothing. */
export function isNormalPath(path: string): boolean {
  return !path.split("/").some((part, at) => (part === "" && at > 0) || part === "." || part === "..");
}

export const AbsolutePath = z.string().regex(/^\/[^\0]*[^\0/]$/, "must be a path that begins with /");

export const NormalPath = AbsolutePath.refine(isNormalPath, NOT_NORMAL);

/** A directory that holds nothing else than what it is made for. */
export const OwnDirectory = NormalPath.refine(isOwnDirectory, NOT_OWN);
