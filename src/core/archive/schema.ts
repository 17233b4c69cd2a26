import * as z from "zod";
import { RING_DIRECTORY } from "../capture/schema.ts";
import { CONTROLS } from "../model/unseen.ts";
import {
  Age,
  isNormalPath,
  isOwnDirectory,
  NOT_NORMAL,
  NOT_OWN,
  NormalPath,
  OwnDirectory,
  Size,
} from "../serve/quantities.ts";

/** Where the vault stands, unless said. */
export const VAULT = "/var/lib/netlogctl/NetLogs";

const ARCHIVE_FORMATS = ["tar.zst", "tgz"] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

/** What stands in the place of the command in a command of one's own. */
export const COMMAND_MARK = "{command}";

const PLACE =
  /^(?:here|netns:[A-Za-z0-9][\w.-]{0,62}|ssh:(?:[\w.-]+@)?[A-Za-z0-9[][\w.:\]-]{0,252}|qubes:(?:[a-z_][\w-]{0,31}@)?[A-Za-z][\w.-]{0,30})$/;

/** How a machine is reached. */
export const PlaceDocument = z.union([
  z.string().regex(PLACE, "must be here, netns:NAME, ssh:[USER@]HOST or qubes:[USER@]VM, or { exec: [...] }"),
  z.strictObject({
    exec: z
      .array(z.string().min(1))
      .min(2)
      .refine((words) => words.filter((word) => word.includes(COMMAND_MARK)).length === 1, {
        error: `must hold ${COMMAND_MARK} once, where the command for the shell over there goes`,
      })
      .describe("a program and its arguments that runs a command there"),
  }),
]);
export type PlaceDocument = z.infer<typeof PlaceDocument>;

/** A directory of the vault is called so. */
export const MachineName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be a name of letters, digits, dots and dashes");

const MachineDocument = z
  .strictObject({
    at: PlaceDocument.default("here").describe(
      "how it is reached: here, netns:NAME, ssh:[USER@]HOST, qubes:[USER@]VM, or { exec: [...] }",
    ),
    captures: z
      .union([NormalPath, z.literal(true)])
      .transform((path) => (path === true ? RING_DIRECTORY : path))
      .optional()
      .describe(`the directory of its captures; true: ${RING_DIRECTORY}`),
    "kernel-log": z
      .array(
        z
          .string()
          .min(1)
          .max(127)
          .regex(new RegExp(`^[^${CONTROLS}]+$`, "u"), "must hold no control character"),
        { error: 'must be a list of prefixes: write ["SYSFW:"]' },
      )
      .min(1)
      .optional()
      .describe("lines of its kernel log that begin with one of these prefixes"),
    events: z.boolean().default(false).describe("whether what its log service stored is archived"),
    prune: Age.optional().describe("what is as old and was verified in the vault is deleted there"),
  })
  .refine(({ captures, events, ...rest }) => captures !== undefined || events || rest["kernel-log"] !== undefined, {
    error: "names nothing to archive: captures, kernel-log or events",
  });
export type MachineDocument = z.infer<typeof MachineDocument>;

/** A path of the vault may be relative where the vault is elsewhere: to the home directory there. */
const VaultDocument = z.union([
  OwnDirectory.transform((path) => ({ at: "here" as PlaceDocument, path })),
  z.strictObject({
    at: PlaceDocument.describe("how the machine of the vault is reached, as those below"),
    path: z
      .string()
      .regex(/^[^\0-][^\0]*$/, "must be a path")
      .refine(isNormalPath, NOT_NORMAL)
      .refine(isOwnDirectory, NOT_OWN)
      .default("NetLogs")
      .describe("the directory there; a relative one begins in the home directory"),
  }),
]);

/** What is archived every night, and where to: the intent's `archive:`. */
export const ArchiveDocument = z.strictObject({
  vault: VaultDocument.prefault(VAULT).describe("where the archive is kept: a path, or { at: PLACE, path: PATH }"),
  format: z.enum(ARCHIVE_FORMATS).default("tar.zst").describe("how captures are packed"),
  age: z
    .array(
      z.string().regex(/^(?:age1[0-9a-z]{20,200}|ssh-[\w-]+ [\w+/=]+(?: .*)?)$/, "must be a recipient of age: age1..."),
    )
    .min(1)
    .optional()
    .describe("who may read the archive: recipients of age(1)"),
  keep: Age.optional().describe("days of the vault that are older are deleted by archive prune"),
  "max-size": Size.optional().describe("what the vault may take: archive prune deletes the oldest days"),
  "look-back": Age.prefault("14d").describe("how far back days are caught up that are missing"),
  machines: z
    .record(MachineName, MachineDocument)
    .refine((machines) => Object.keys(machines).length > 0, { error: "names no machine" })
    .describe("what is archived, by the name of the machine"),
});
export type ArchiveDocument = z.infer<typeof ArchiveDocument>;
