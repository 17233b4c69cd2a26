import { destinationText } from "../core/model/default-log.ts";
import { familyOfRow, INET_ROW, rowName, rowOfName } from "../core/model/family.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { type Binding, loggerFor, loggerText } from "../core/model/logger.ts";
import { intentOf, type Machine } from "../core/model/machine.ts";
import { modulesOfLogger } from "../core/model/module.ts";
import type { Plan } from "../core/model/plan.ts";
import { didYouMean } from "../core/nearest.ts";
import { bindSteps, bindText } from "../core/plan/bind-steps.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { readBindings } from "./read-machine.ts";

/** A row of the kernel's table of loggers, with the family's name. */
export interface LoggerRow extends Binding {
  readonly family: string;
}

/** Every row of the kernel's table of loggers, as it stands. */
export async function listLoggers(host: Host): Promise<LoggerRow[]> {
  const bindings = await readBindings(host);
  return bindings.map((binding) => ({ family: rowName(binding.row), ...binding }));
}

/**
 * Binds a logger to one row; null unbinds. Unlike the kernel it takes exact names only, and only of loggers that are
 * registered for the row; it loads no module.
 */
export function bindLogger(
  host: Host,
  family: string,
  logger: string | null,
  options: ChangeOptions,
): Promise<Outcome> {
  return changeMachine(host, options, (machine) => planBind(machine, family, logger));
}

function planBind(machine: Machine, family: string, logger: string | null): Plan {
  const binding = findRow(machine, family);
  if (logger !== null && !binding.available.includes(logger)) throw notAvailable(binding, logger, machine);

  return {
    title: `bind ${bindText(binding.row, binding.logger, logger)}`,
    steps: bindSteps(machine, [{ row: binding.row, logger }]),
    notes: intentNotes(machine, binding.row, logger),
  };
}

function findRow({ bindings }: Machine, family: string): Binding {
  const row = rowOfName(family) ?? (/^(0|[1-9][0-9]?)$/.test(family) ? Number(family) : undefined);
  if (family === "inet") {
    throw new Fault(
      "usage",
      `family inet: the row ${INET_ROW} governs no packet`,
      "bind ip and ip6, which packets of an inet table carry",
    );
  }
  const binding = bindings.find((found) => found.row === row);
  if (binding !== undefined) return binding;

  const names = bindings.map((found) => rowName(found.row));
  throw new Fault(
    "usage",
    `family "${family.slice(0, 40)}": this kernel's table has no such row`,
    `${didYouMean(family, names)}its rows are ${names.join(", ")}`,
  );
}

function notAvailable({ row, available }: Binding, logger: string, { modules }: Machine): Fault {
  if (logger === "NONE") {
    return new Fault("usage", "NONE is no logger", `to unbind: netlogctl logger unbind ${rowName(row)}`);
  }
  const candidates = modulesOfLogger(logger).flatMap((name) =>
    modules.filter((module) => module.name === name && module.state === "available"),
  );
  const [module] = candidates;
  return new Fault(
    module === undefined ? "usage" : "not-supported",
    `logger "${logger.slice(0, 64)}" is not registered for ${rowName(row)}`,
    module === undefined
      ? `${didYouMean(logger, available)}registered are: ${available.length === 0 ? "none" : available.join(", ")}`
      : `load its module first: netlogctl module load ${module.name}`,
  );
}

/** A raw binding may go against the intent: it is carried out, and said. */
function intentNotes(machine: Machine, row: number, logger: string | null): string[] {
  const family = familyOfRow(row);
  const intent = family === undefined ? undefined : intentOf(machine)[family];
  if (family === undefined || intent === undefined || loggerFor(family, intent) === logger) return [];
  return [
    `${family}: the default log says ${destinationText(intent)}, so ${loggerText(logger)} counts as a difference; to change the intent: netlogctl default log ${family} ...`,
  ];
}
