import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Plan } from "../core/model/plan.ts";
import { fileStep } from "../core/plan/file-step.ts";
import { restoreUnit } from "../core/service/restore-unit.ts";
import { serveUnit } from "../core/service/serve-unit.ts";
import type { Unit } from "../core/service/unit.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { holds } from "./make-change.ts";
import { readServeSettings } from "./serve-settings.ts";
import type { TemplatePlaces } from "./templates.ts";

/** The units there are, by what they do. */
export const UNITS = ["restore", "serve"] as const;

export interface UnitWish {
  readonly unit: (typeof UNITS)[number];
  /** The command line that starts netlogctl, word by word. */
  readonly program: readonly string[];
  /** Of serve: its intent, and whether it was named. */
  readonly intent: { readonly file: string; readonly isNamed: boolean };
  readonly templates: TemplatePlaces;
}

/** A unit as it would be installed: that of the log service allows what its intent wants. @throws Fault */
export async function renderService(host: Host, { unit, program, intent, templates }: UnitWish): Promise<Unit> {
  if (unit === "restore") return restoreUnit(program);
  const { hasKernelLog, metrics, bus } = await readServeSettings(host, intent.file, templates);
  const wish = { hasKernelLog, hasGroup: bus.group !== undefined, metrics };
  return serveUnit(program, { file: intent.isNamed ? intent.file : undefined, ...wish });
}

/** Writes the unit and enables it; it does not start it. @throws Fault */
export async function installService(host: Host, wish: UnitWish, options: ChangeOptions): Promise<Outcome> {
  if (host.netns !== undefined) {
    throw new Fault("usage", "a unit belongs to the machine, not to a namespace", "leave --netns out");
  }
  const unit = await renderService(host, wish);
  return await changeMachine(host, options, async () => {
    const before = (await orUndefined(readText(host, unit.path), "ENOENT", "ENOTDIR")) ?? null;
    const isEnabled = before !== null && (await holds(host, { do: "enable-unit", unit: unit.name }));
    return { ...planInstall(before, unit, isEnabled), notes: placeNotes(wish.program) };
  });
}

function planInstall(before: string | null, { name, path, text }: Unit, isEnabled: boolean): Plan {
  const write = before === text ? [] : [fileStep(path, before, text)];
  const enable = { change: { do: "enable-unit", unit: name }, undo: { do: "disable-unit", unit: name } } as const;
  return { title: `install ${name}`, steps: [...write, ...(isEnabled ? [] : [enable])], notes: [] };
}

/** A checkout is moved or removed more easily than an installed package. */
function placeNotes(program: readonly string[]): string[] {
  const place = program.find((word) => /^\/(tmp|var\/tmp|home|root)\//.test(word));
  if (place === undefined) return [];
  const why = /^\/(var\/)?tmp\//.test(place)
    ? "which the unit cannot see, and a boot empties"
    : "so it has to stay there";
  return [`the unit runs ${place}, ${why}`];
}
