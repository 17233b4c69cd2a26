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

export const AbsolutePath = z.string().regex(/^\/[^\0]*[^\0/]$/, "must be a path that begins with /");
