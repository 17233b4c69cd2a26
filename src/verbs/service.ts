import type { Intent } from "../core/intent/intent.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Change, Step } from "../core/model/plan.ts";
import { USER, USER_PATH } from "../core/model/service.ts";
import { fileStep } from "../core/plan/file-step.ts";
import { archiveService } from "../core/service/archive-units.ts";
import { captureService } from "../core/service/capture-unit.ts";
import { restoreUnit } from "../core/service/restore-unit.ts";
import { serveService } from "../core/service/serve-unit.ts";
import { packagedPath, type Service, type Unit } from "../core/service/unit.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { holds } from "./make-change.ts";
import { isSame, readDirectory } from "./read-directory.ts";
import { isThere, readObeyed } from "./read-input.ts";
import { fillIntent } from "./rule-source.ts";
import { readServeSettings } from "./serve-settings.ts";
import type { TemplatePlaces } from "./templates.ts";

/** The units there are, by what they do. */
export const UNITS = ["restore", "serve", "capture", "archive"] as const;

export interface UnitWish {
  readonly unit: (typeof UNITS)[number];
  /** The command line that starts netlogctl, word by word. */
  readonly program: readonly string[];
  /** Of all but restore: its intent, and whether it was named. */
  readonly intent: { readonly file: string; readonly isNamed: boolean };
  readonly templates: TemplatePlaces;
}

/** A service as it would be installed: it is allowed what its intent wants. @throws Fault */
export async function renderService(host: Host, wish: UnitWish): Promise<Service> {
  const { unit, program, intent, templates } = wish;
  switch (unit) {
    case "restore": {
      const restore = restoreUnit(program);
      return { files: [restore], enabled: restore.name, notes: [] };
    }
    case "serve": {
      const { hasKernelLog, metrics, bus, store } = await readServeSettings(host, intent.file, templates);
      const allowed = { hasKernelLog, bus, store: store?.file, metrics };
      return serveService(program, { file: intent.isNamed ? intent.file : undefined, ...allowed });
    }
    case "capture": {
      const { ring, ...capture } = await sectionOf(host, wish, "capture");
      const hasInterface = capture.interface !== undefined;
      return captureService(program, { file: intent.file, directory: ring.directory, hasInterface });
    }
    case "archive":
      return archiveService(program, { file: intent.file, archive: await sectionOf(host, wish, "archive") });
  }
}

async function sectionOf<Key extends "capture" | "archive">(
  host: Host,
  { intent, templates }: UnitWish,
  key: Key,
): Promise<NonNullable<Intent[Key]>> {
  const input = await readObeyed(host, intent.file, "write one: netlogctl rules init");
  const section = (await fillIntent(host, input, templates))[key];
  if (section !== undefined) return section;
  const remedy = `netlogctl rules init writes an intent that shows ${key}: with every key`;
  throw new Fault("bad-input", `the intent has no section ${key}:`, remedy, { where: input.source });
}

/** Writes all files of a service and enables its unit; it does not start it. @throws Fault */
export async function installService(host: Host, wish: UnitWish, options: ChangeOptions): Promise<Outcome> {
  if (host.netns !== undefined) {
    throw new Fault("usage", "a unit belongs to the machine, not to a namespace", "leave --netns out");
  }
  const { files, enabled, notes } = await renderService(host, wish);
  return await changeMachine(host, options, async () => {
    const writes = await Promise.all(files.map((file) => writeSteps(host, file)));
    const user = files.some(({ path }) => path === USER_PATH) ? await changeSteps(host, ADD_USER) : [];
    const directories = await Promise.all(files.map((file) => directorySteps(host, file)));
    const isWritten = await isInstalled(host, pathOf(files, enabled));
    const enable = await changeSteps(host, { do: "enable-unit", unit: enabled }, isWritten);
    const isReread = enable.length === 0 && writes.flat().length > 0 && (await isBooted(host));
    const reread = isReread ? [rereadStep(enabled)] : [];
    const steps = [...writes.flat(), ...user, ...directories.flat(), ...enable, ...reread];
    const start = steps.length === 0 ? [] : [startNote(enabled, enable.length === 0)];
    return { title: `install ${enabled}`, steps, notes: [...placeNotes(wish.program), ...notes, ...start] };
  });
}

const ADD_USER = { do: "add-user", user: USER } as const;

function pathOf(files: readonly Unit[], name: string): string {
  return files.find((file) => file.name === name)?.path ?? name;
}

async function textOf(host: Host, path: string): Promise<string | null> {
  return (await orUndefined(readText(host, path), "ENOENT", "ENOTDIR")) ?? null;
}

async function isInstalled(host: Host, path: string): Promise<boolean> {
  return (await textOf(host, path)) !== null || (await textOf(host, packagedPath(path))) !== null;
}

/** What a package installed as it is wanted stays the package's, and is upgraded with it. */
async function writeSteps(host: Host, { path, text }: Unit): Promise<Step[]> {
  const before = await textOf(host, path);
  if (before === null && (await textOf(host, packagedPath(path))) === text) return [];
  return before === text ? [] : [fileStep(path, before, text)];
}

/** One that is there may be another's: its rights are made those that it would have been made with. */
async function directorySteps(host: Host, { path: file, directory }: Unit): Promise<Step[]> {
  if (directory === undefined) return [];
  const { path, mode, user, group } = directory;
  const isNew = !(await isThere(host, path));
  if (isNew) return await changeSteps(host, { do: "make-directory", path, file }, false);
  const [before, rights] = [await readDirectory(host, path), { user, group, mode }];
  if (before === undefined || isSame(before, rights)) return [];
  const set = {
    change: { do: "set-directory", path, ...rights },
    undo: { do: "set-directory", path, ...before },
  } as const;
  // What stands in it belongs to who has it, too.
  const fill = { do: "make-directory", path, file } as const;
  return before.user === user ? [set] : [set, { change: fill, undo: fill }];
}

/** What was enabled before may run as it was before. */
function startNote(enabled: string, wasEnabled: boolean): string {
  const what = wasEnabled ? "what runs goes on as it was until" : "nothing is started; to do so now:";
  return `${what} systemctl ${wasEnabled ? "restart" : "start"} ${enabled}`;
}

/** Whether systemd runs here: sd_booted(3). */
async function isBooted(host: Host): Promise<boolean> {
  return await isThere(host, "/run/systemd/system");
}

/** What is enabled already would be started as it was before: to enable it has systemd read its units, too. */
function rereadStep(unit: string): Step {
  return { change: { do: "reload-unit", unit }, undo: { do: "reload-unit", unit } };
}

/** The step of a change that has a way back, unless it is made already; that is asked only where it may be so. */
async function changeSteps(host: Host, change: Reversible, mayHold = true): Promise<Step[]> {
  return mayHold && (await holds(host, change)) ? [] : [{ change, undo: undoOf(change) }];
}

type Reversible = Extract<Change, { do: "add-user" | "make-directory" | "enable-unit" }>;

function undoOf(change: Reversible): Change {
  switch (change.do) {
    case "add-user":
      return { do: "remove-user", user: change.user };
    case "make-directory":
      return { do: "remove-directory", path: change.path };
    case "enable-unit":
      return { do: "disable-unit", unit: change.unit };
  }
}

/** A checkout is moved or removed more easily than an installed package. */
function placeNotes(program: readonly string[]): string[] {
  const place = program.find((word) => /^\/(tmp|var\/tmp|home|root)\//.test(word));
  if (place === undefined) return [];
  const why = /^\/(var\/)?tmp\//.test(place)
    ? "which the unit cannot see, and a boot empties"
    : "so it has to stay there, where the user of the service can read it";
  return [`the unit runs ${place}, ${why}`];
}
