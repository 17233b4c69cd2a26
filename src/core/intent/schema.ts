import * as z from "zod";
import { ArchiveDocument } from "../archive/schema.ts";
import { CaptureDocument } from "../capture/schema.ts";
import { DESTINATION_TEXT, GROUP_MAX, isDestinationText } from "../model/default-log.ts";
import { FAMILIES } from "../model/family.ts";
import { ServeDocument } from "../serve/schema.ts";
import { Accept, ObjectName, TableName } from "./name-schema.ts";
import { RuleDocument } from "./rule-schema.ts";
import { UseDocument } from "./use-schema.ts";
import { addressKind } from "./values.ts";

const DestinationText = z
  .string()
  .regex(DESTINATION_TEXT, 'must be "kernel", "user", "user group N" or "none"')
  .refine(isDestinationText, `the group must be ${GROUP_MAX} at most`);

/** A set of our own, for @NAME in a match. */
const SetDocument = z
  .strictObject({
    type: z.enum(["ip", "ip6"]).describe("whether it holds IPv4 or IPv6 addresses"),
    elements: z.array(z.string()).default([]).describe("addresses, prefixes and ranges"),
  })
  .superRefine(({ type, elements }, context) => {
    const kind = addressKind(type === "ip" ? 4 : 6);
    for (const [index, element] of elements.entries()) {
      if (!element.startsWith("@") && kind.parse(element) !== undefined) continue;
      context.addIssue({
        code: "custom",
        path: ["elements", index],
        message: `expected ${kind.expected.replace(/ or a set.*/, "")}`,
      });
    }
  });
export type SetDocument = z.infer<typeof SetDocument>;

const DefaultLogDocument = z.strictObject(
  Object.fromEntries(
    [...FAMILIES, "inet"].map((family) => [
      family,
      DestinationText.optional().describe(
        family === "inet" ? "of ip and ip6 at once" : "kernel, user (group 0), user group N, or none",
      ),
    ]),
  ),
);

/** The intent but for its rules, which are checked one by one. */
export const IntentHead = z.strictObject({
  version: z.literal(1).describe("of this form of the document"),
  "default-log": DefaultLogDocument.optional().describe("where what names no destination goes, by family"),
  "all-netns": z.boolean().optional().describe("whether other network namespaces may write to the kernel log"),
  table: TableName.default("netlogctl").describe("the name of our own tables"),
  sets: z
    .record(ObjectName, SetDocument)
    .default({})
    .describe("sets of addresses by their names, for @NAME in a match"),
  accept: Accept.optional(),
  serve: ServeDocument.optional().describe("what the log service reads and keeps"),
  capture: CaptureDocument.optional().describe("what capture run captures, and where to"),
  archive: ArchiveDocument.optional().describe("what archive pull brings into the vault every night"),
  rules: z
    .array(z.unknown())
    .nullish()
    .transform((rules) => rules ?? []),
});

export type IntentHead = z.infer<typeof IntentHead>;

/** The whole document, for editors: what `netlogctl rules schema` prints. */
export const IntentDocument = IntentHead.extend({
  rules: z
    .array(z.union([UseDocument, RuleDocument]))
    .nullish()
    .describe("log rules: templates that are used, and rules of one's own"),
});
