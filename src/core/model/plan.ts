import { z } from "zod";
import { MODULES } from "./module.ts";

/** The files that are netlogctl's to write: a journal that names another one is none of ours. */
const OwnPath = z
  .string()
  .regex(
    /^(\/run\/netlogctl\/[0-9]+-[0-9]+\/[a-z-]+\.nft|\/etc\/(netns\/[^/\0]+\/)?netlogctl\/[a-z-]+\.nft|\/etc\/modules-load\.d\/netlogctl\.conf|\/etc\/systemd\/system\/netlogctl-[a-z]+\.service)$/,
  );

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
  /** Replace a file; null removes it. */
  z.strictObject({ do: z.literal("write-file"), path: OwnPath, text: z.string().nullable() }),
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
  /** What the user should know of it: limits of the kernel, side effects. */
  notes: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;

/** A plan that was begun, kept until it is over: the next run finishes or undoes it. */
export const Journal = z.strictObject({ version: z.literal(1), plan: Plan });
export type Journal = z.infer<typeof Journal>;
