import { Args, Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import { UNITS, type UnitWish } from "../verbs/service.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "./rules-flags.ts";

/** Which unit. */
export const UNIT_ARGS = {
  unit: Args.string({
    description: "restore: what is persisted, at boot; serve: the log service",
    options: [...UNITS],
    default: "restore",
  }),
};

/** What a unit is made of. */
export const UNIT_FLAGS = {
  file: Flags.string({ char: "f", summary: `Of serve: its intent, unless ${INTENT}.`, helpValue: "FILE" }),
  templates: RULES_FLAGS.templates,
};

/** @throws Fault */
export function unitWish(
  named: string,
  { file, templates }: { readonly file: string | undefined; readonly templates: string[] | undefined },
  { program, root }: { readonly program: readonly string[]; readonly root: string },
): UnitWish {
  const unit = named === "serve" ? "serve" : "restore";
  if (unit === "restore" && (file !== undefined || templates !== undefined)) {
    throw new Fault("usage", "restore has no intent: it takes what is persisted", "leave it out, or name serve");
  }
  if (file !== undefined && !file.startsWith("/")) {
    throw new Fault("usage", `a unit runs in no directory of yours: "${file}" would not be found`, "give it from / on");
  }
  const intent = { file: file ?? INTENT, isNamed: file !== undefined };
  return { unit, program, intent, templates: templatePlaces(templates, root) };
}
