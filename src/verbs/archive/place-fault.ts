import { NO_VAULT } from "../../core/archive/scripts.ts";
import { Fault } from "../../core/model/fault.ts";
import { HostError, NO_PROGRAM } from "../../core/model/host.ts";
import { PlaceError } from "../../core/model/place.ts";

const REMEDIES: Readonly<Record<PlaceError["how"], string>> = {
  unreached: "see that it is on and lets this machine in, then run it again",
  "cut-off": "run it again: it goes on where it was",
  failed: "look into it there",
};

/** What is done, where a place that does not answer is a fault. @throws Fault */
export async function asFault<T>(doing: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw faultOf(doing, error);
  }
}

/** Whether a disk of this machine is full. */
export function isFull(error: unknown): error is HostError {
  return error instanceof HostError && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** Whether what was asked is no vault. */
export function isNoVault(error: unknown): error is PlaceError {
  return error instanceof PlaceError && error.code === NO_VAULT;
}

function faultOf(doing: string, error: unknown): unknown {
  if (isNoVault(error)) {
    const remedy = "see that it is mounted, or name another with --vault; archive pull makes one that is not there";
    const says = error.says.replace(/^ls: /, "");
    return new Fault("not-found", `cannot ${doing}: ${error.place}: ${says}`, remedy, { cause: error });
  }
  if (error instanceof PlaceError) {
    const code = error.how === "unreached" ? "not-found" : "refused";
    return new Fault(code, `cannot ${doing}: ${error.message}`, REMEDIES[error.how], { cause: error });
  }
  if (isFull(error)) {
    const message = `cannot ${doing}: no space is left for ${error.path}`;
    return new Fault("refused", message, "make room, or name another directory with --staging", { cause: error });
  }
  if (error instanceof HostError && error.code === NO_PROGRAM) {
    return new Fault("not-found", `cannot ${doing}: ${error.path} is not installed`, `install ${error.path}`, {
      cause: error,
    });
  }
  return error;
}
