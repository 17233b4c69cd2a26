import * as z from "zod";
import { Accept, Name } from "./name-schema.ts";

/** A template and its parameters. */
export const UseDocument = z.strictObject({
  use: Name.describe("the name of a template"),
  as: Name.optional().describe("put before the names of its rules, so that a template can be used twice"),
  with: z.record(z.string(), z.unknown()).default({}).describe("the template's parameters"),
  accept: Accept.optional(),
});
export type UseDocument = z.infer<typeof UseDocument>;
