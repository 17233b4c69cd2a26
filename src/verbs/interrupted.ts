import { Fault } from "../core/model/fault.ts";

/** What a signal ended, and what became of it. */
export function interrupted({ reason }: AbortSignal, what: string): Fault {
  const message = `interrupted by ${String(reason)}: ${what}`;
  return new Fault("interrupted", message, "run it again when you are ready", { cause: reason });
}
