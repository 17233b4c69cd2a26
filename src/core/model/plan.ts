import * as z from "zod";
import { FLOW_SETTINGS } from "./flow-settings.ts";
import { MODULES } from "./module.ts";
import { Ours } from "./ours.ts";
import { USER } from "./service.ts";

/** The files that are netlogctl's to write: a journal that names another one is none of ours. */
const OwnPath = z
  .string()
  .regex(
    /^(\/run\/netlogctl\/[0-9]+-[0-9]+\/([a-z-]+\.nft|(pending|rolled-back)\.json|revisions\/[0-9]+\.json)|\/var\/lib\/netlogctl\/(netns\/[^/\0]+\/)?revisions\/[0-9]+\.json|\/etc\/(netns\/[^/\0]+\/)?netlogctl\/([a-z-]+\.nft|rules\.json)|\/etc\/modules-load\.d\/netlogctl\.conf|\/etc\/systemd\/system\/netlogctl-[a-z]+\.(service|timer)|\/etc\/tmpfiles\.d\/netlogctl-[a-z]+\.conf|\/etc\/sysusers\.d\/netlogctl\.conf)$/,
  );

const AbsolutePath = z.string().regex(/^\/[^\0]*$/);

/**
 * One move on the machine. Each says the value that is to be there, so that making it twice is making it once:
 * a run that was killed can be finished or undone without knowing how far it came.
 */
export const Change = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("load-module"), module: z.enum(MODULES) }),
  z.strictObject({ do: z.literal("unload-module"), module: z.enum(MODULES) }),
  /** Write nf_log/ROW; null unbinds. */
  z.strictObject({ do: z.literal("bind"), row: z.int().min(0).max(255), logger: z.string().nullable() }),
  /** Write nf_log_all_netns. */
  z.strictObject({ do: z.literal("set-all-netns"), value: z.int() }),
  /** Write nf_conntrack_SETTING. */
  z.strictObject({ do: z.literal("set-flow-setting"), setting: z.enum(FLOW_SETTINGS), value: z.int() }),
  /** Replace a file; null removes it. */
  z.strictObject({ do: z.literal("write-file"), path: OwnPath, text: z.string().nullable() }),
  /** Have nft make our part of the ruleset this, in one transaction. */
  z.strictObject({ do: z.literal("write-rules"), ours: Ours }),
  /** Make the user that our file of sysusers.d(5) names, with a group of that name, or remove both. */
  z.strictObject({ do: z.literal("add-user"), user: z.literal(USER) }),
  z.strictObject({ do: z.literal("remove-user"), user: z.literal(USER) }),
  /** Make the directory that our file of tmpfiles.d(5) describes, or remove it while it is empty. */
  z.strictObject({ do: z.literal("make-directory"), path: AbsolutePath, file: OwnPath }),
  z.strictObject({ do: z.literal("remove-directory"), path: AbsolutePath }),
  /** Whose a directory is, and who may what in it: four digits. */
  z.strictObject({
    do: z.literal("set-directory"),
    path: AbsolutePath,
    user: z.string().regex(/^[\w.-]+$/),
    group: z.string().regex(/^[\w.-]+$/),
    mode: z.string().regex(/^[0-7]{4}$/),
  }),
  /** Have systemd read its units again, of which this one is another now. */
  z.strictObject({ do: z.literal("reload-unit"), unit: z.string() }),
  z.strictObject({ do: z.literal("enable-unit"), unit: z.string() }),
  z.strictObject({ do: z.literal("disable-unit"), unit: z.string() }),
]);
export type Change = z.infer<typeof Change>;

/** A change and its way back. Where the two are the same, the step keeps a value that an earlier step would disturb. */
export const Step = z.strictObject({ change: Change, undo: Change });
export type Step = z.infer<typeof Step>;

/** What apply would do: preview prints it, --json emits it, apply obeys it. */
export const Plan = z.strictObject({
  /** What was asked for, in the user's words. */
  title: z.string(),
  steps: z.array(Step),
  /** What the rules of others were, in nft's words, in the chains that ours go into: apply refuses if they have changed. */
  madeFrom: z.array(z.strictObject({ chain: z.string(), rules: z.array(z.string()) })).optional(),
  /** Cut off, it is to be finished, not undone: it takes back a change that nobody confirmed. */
  isToFinish: z.boolean().optional(),
  /** What the user should know of it: limits of the kernel, side effects. */
  notes: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;

/** A plan that was begun, kept until it is over: the next run finishes or undoes it. */
export const Journal = z.strictObject({ version: z.literal(1), plan: Plan });
export type Journal = z.infer<typeof Journal>;
