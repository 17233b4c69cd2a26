import { resolve } from "node:path";
import { Args, Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import type { Service, Unit } from "../core/service/unit.ts";
import { UNITS, type UnitWish } from "../verbs/service.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "./rules-flags.ts";

/** Which unit. */
export const UNIT_ARGS = {
  unit: Args.string({
    description:
      "restore: what is persisted, at boot; serve: the log service; capture: a ring of captures; archive: every night",
    options: [...UNITS],
    default: "restore",
    ignoreStdin: true,
  }),
};

/** What a unit is made of. */
export const UNIT_FLAGS = {
  file: Flags.string({ char: "f", summary: `Of all but restore: the intent, unless ${INTENT}.`, helpValue: "FILE" }),
  templates: RULES_FLAGS.templates,
};

/** @throws Fault */
export function unitWish(
  named: string,
  { file, templates }: { readonly file: string | undefined; readonly templates: string[] | undefined },
  { program, root }: { readonly program: readonly string[]; readonly root: string },
): UnitWish {
  const unit = UNITS.find((name) => name === named) ?? "restore";
  if (unit === "restore" && (file !== undefined || templates !== undefined)) {
    throw new Fault(
      "usage",
      "restore has no intent: it takes what is persisted",
      "leave it out, or name serve, capture or archive",
    );
  }
  // A unit runs in no directory of the user's.
  const intent = { file: resolve(file ?? INTENT), isNamed: file !== undefined };
  return { unit, program, intent, templates: templatePlaces(templates, root) };
}

/** Where files of a kind are installed. */
const PLACES: Readonly<Record<string, RegExp>> = {
  service: /\.service$/,
  timer: /\.timer$/,
  tmpfiles: /^\/etc\/tmpfiles\.d\//,
  sysusers: /^\/etc\/sysusers\.d\//,
};

/** The files of a service, or those of one kind. @throws Fault if it has none of that kind */
export function chosenFiles({ files, enabled }: Service, only: string | undefined): readonly [Unit, ...Unit[]] {
  const place = only === undefined ? undefined : PLACES[only];
  if (place === undefined) return files;
  const [first, ...more] = files.filter(({ path }) => place.test(path));
  if (first !== undefined) return [first, ...more];
  throw new Fault("usage", `${enabled} has no file of that kind: ${only}`, "leave --only out to see what there is");
}
