import { editDefaultLog, phraseOf, renderDefaultLog } from "../default-log/render.ts";
import { checkDefaultLog, type DefaultLog, entriesOf, sameDestination } from "../model/default-log.ts";
import { FAMILY_NUMBERS } from "../model/family.ts";
import { Fault } from "../model/fault.ts";
import { BOUND_GROUP, loggerFor, loggerText } from "../model/logger.ts";
import type { DefaultLogFile, Machine } from "../model/machine.ts";
import { familiesBoundBy } from "../model/module.ts";
import type { Plan, Step } from "../model/plan.ts";
import { bindSteps } from "./bind-steps.ts";
import { fileStep } from "./file-step.ts";
import { refuseOtherBytes, refuseTooLong } from "./text-file.ts";

const RUN_COMMENT = "The default log of this boot. Written by netlogctl.";
const PERSISTED_COMMENT = "The default log that netlogctl restore applies.";

/** The plan that makes `wanted` the default: modules, bindings, this boot's intent and, if asked, the persisted one. */
export function planDefaultLog(machine: Machine, wanted: DefaultLog, isPersisted: boolean): Plan {
  checkDefaultLog(wanted);

  const binding = bindSteps(machine, targetsOf(wanted));
  return {
    title: `default log ${entriesOf(wanted).map(phraseOf).join("; ")}`,
    steps: [
      ...binding,
      ...fileSteps(machine.run, runText(machine.run, wanted)),
      ...(isPersisted ? fileSteps(machine.persisted, persistedText(machine.persisted, wanted)) : []),
    ],
    notes: [...elsewhereNotes(binding), ...groupNotes(wanted)],
  };
}

/** The plan that goes back to what is persisted: its bindings, and this boot's intent forgotten. */
export function planRestore(machine: Machine): Plan {
  const { fault, defaultLog } = machine.persisted;
  if (fault !== undefined) throw fault;
  if (machine.run.fault !== undefined && machine.run.text === undefined) throw machine.run.fault;

  const binding = bindSteps(machine, targetsOf(defaultLog));
  return {
    title: "restore what is persisted",
    steps: [...binding, ...fileSteps(machine.run, null)],
    notes: [...leftNotes(machine), ...elsewhereNotes(binding), ...groupNotes(defaultLog)],
  };
}

/** Rows of this namespace are kept; those of the others are out of a plan's reach. */
function elsewhereNotes(steps: readonly Step[]): string[] {
  const modules = steps.flatMap(({ change }) => (change.do === "load-module" ? [change.module] : []));
  const binding = modules.filter((module) => familiesBoundBy(module).length > 0);
  if (binding.length === 0) return [];
  return [
    `loading ${binding.join(" and ")} makes the kernel bind rows that are NONE in every other network namespace too`,
  ];
}

/** Families whose intent is forgotten and of which nothing is persisted: their binding stays, and that is said. */
function leftNotes({ run, persisted, bindings }: Machine): string[] {
  const left = entriesOf(run.defaultLog).filter(([family]) => persisted.defaultLog[family] === undefined);
  if (left.length === 0) return [];
  const texts = left.map(([family]) => {
    const binding = bindings.find(({ row }) => row === FAMILY_NUMBERS[family]);
    return `${family} (${loggerText(binding?.logger ?? null)})`;
  });
  return [`nothing is persisted for ${texts.join(", ")}: left as bound, and the intent of this boot is forgotten`];
}

/** What has to be said of groups that the kernel's own messages cannot reach: once. */
export function groupNotes(defaultLog: DefaultLog): string[] {
  const far = entriesOf(defaultLog).filter(([, to]) => to.to === "user" && to.group !== BOUND_GROUP);
  if (far.length === 0) return [];

  const families = far.map(([family]) => family).join(", ");
  return [
    `${families}: messages of the kernel itself (conntrack-invalid, conntrack helpers, TRACE) can only go to group ${BOUND_GROUP}: a bound nfnetlink_log has its group fixed in the kernel. Another group holds for log rules that name no destination; listen on group ${BOUND_GROUP} too.`,
  ];
}

function targetsOf(wanted: DefaultLog): { row: number; logger: string | null }[] {
  return entriesOf(wanted).map(([family, destination]) => ({
    row: FAMILY_NUMBERS[family],
    logger: loggerFor(family, destination),
  }));
}

function fileSteps({ path, text }: DefaultLogFile, wanted: string | null): Step[] {
  const before = text ?? null;
  if (path === undefined || before === wanted) return [];
  return [fileStep(path, before, wanted)];
}

/** The file is left as it is where it says the same already, however it is spelt. */
function runText({ fault, text, defaultLog }: DefaultLogFile, wanted: DefaultLog): string {
  if (fault !== undefined) throw fault;

  const isSo = entriesOf(wanted).every(([family, destination]) => sameDestination(defaultLog[family], destination));
  return isSo && text !== undefined ? text : renderDefaultLog({ ...defaultLog, ...wanted }, RUN_COMMENT);
}

function persistedText(file: DefaultLogFile, wanted: DefaultLog): string {
  if (file.fault !== undefined) throw file.fault;
  if (file.path === undefined) throw nowhereToPersist();
  if (file.text === undefined) return renderDefaultLog(wanted, PERSISTED_COMMENT);

  const edited = editDefaultLog(file.text, file.path, wanted);
  if (edited !== file.text) refuseOtherBytes(file.text, file.path);
  return refuseTooLong(edited, file.path);
}

function nowhereToPersist(): Fault {
  return new Fault(
    "not-supported",
    "cannot persist: this network namespace has no name, so no boot makes it again",
    "name it (ip netns attach NAME PID) and use --netns NAME, or leave --persist out",
  );
}
