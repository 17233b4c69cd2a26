import * as z from "zod";
import { faultOfPrefix, PREFIX_SAYABLE } from "./log-statement.ts";

const fault = { error: ({ input }: { input?: unknown }) => faultOfPrefix(String(input)) };

/** The text before a log line. */
export const Prefix = z
  .string()
  .min(1, fault)
  .regex(PREFIX_SAYABLE, fault)
  .refine((text) => faultOfPrefix(text) === undefined, fault);
