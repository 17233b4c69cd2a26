import * as z from "zod";

/** An object of libnftables-JSON: its shape is what our own encoder gave it. */
const NftObject = z.custom<{ readonly [key: string]: Value }>((value) => typeof value === "object" && value !== null);
type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** What of a ruleset is ours: all of our tables, and our rules in chains of others. */
export const Ours = z.strictObject({
  /** Our tables as `FAMILY NAME`, also those that are not to be there. */
  tables: z.array(z.string()),
  /** What is in them, each as an object with one key: tables, sets and the like, chains, then rules in order. */
  objects: z.array(NftObject),
  /** Rules of ours in chains of others: each group stands before the rule with that handle, or at the end. */
  placed: z.array(
    z.strictObject({
      family: z.string(),
      table: z.string(),
      chain: z.string(),
      before: z.int().nullable(),
      rules: z.array(NftObject),
    }),
  ),
});
export type Ours = z.infer<typeof Ours>;
