import { listenersText } from "../core/explain/effective.ts";
import type { NflogGroup } from "../core/model/listener.ts";
import type { ModuleState } from "../core/model/module.ts";
import type { Namespace } from "../core/model/namespace.ts";
import type { AllNetns } from "../verbs/all-netns.ts";
import type { Status } from "../verbs/status.ts";
import { bold } from "./colour.ts";
import { renderFamilies } from "./default-log-text.ts";
import { printable } from "./printable.ts";
import { renderProblems } from "./problems-text.ts";
import { renderTable } from "./table.ts";

/** The whole of it on one page, what is wrong on top. */
export function renderStatus(status: Status): string {
  const { host, namespace, problems, families, groups, modules, allNetns, conntrackLogInvalid } = status;
  return [
    `${bold(printable(host))}: ${namespaceText(namespace)}`,
    "",
    ...renderProblems(problems),
    renderFamilies(families),
    "",
    `nf_log_all_netns: ${allNetnsText(allNetns)}`,
    `nf_conntrack_log_invalid: ${logInvalidText(conntrackLogInvalid)}`,
    "",
    renderGroups(groups),
    "",
    renderModules(modules.filter(({ aliasOf }) => aliasOf === undefined)),
  ].join("\n");
}

function namespaceText({ name, inode, isInitial }: Namespace): string {
  const called = name === null ? "" : ` ${printable(name)}`;
  return `network namespace${called} net:[${inode}]${isInitial ? ", the initial one" : ""}`;
}

/** The switch in words, and where it stands. */
export function allNetnsText({ isHere, path, value }: AllNetns): string {
  const place = isHere ? "" : `; the switch is ${path} in the initial namespace`;
  if (value === null) return `cannot be read here${place}`;
  const meaning = value === 0 ? "only the initial namespace" : "every namespace";
  return `${value}: ${meaning} writes to the kernel log${place}`;
}

function logInvalidText(value: number | null): string {
  if (value === null) return "not there (nf_conntrack is not loaded)";
  if (value === 0) return "0: what conntrack finds invalid is not logged";
  return value === 255 ? "255: all that conntrack finds invalid is logged" : `${value}: of this IP protocol`;
}

function renderGroups(groups: readonly NflogGroup[] | null): string {
  if (groups === null) return "NFLOG groups: only root may see them";
  if (groups.length === 0) return "NFLOG groups: nobody listens";

  const rows = groups.map((group) => [
    String(group.group),
    listenersText(group),
    group.copyMode === "packet" ? `${group.copyRangeBytes} bytes` : group.copyMode,
    String(group.queued),
    `${group.flushTimeoutCs * 10} ms`,
  ]);
  return renderTable(["GROUP", "LISTENER", "COPIED", "WAITING", "FLUSHED AFTER"], rows);
}

/** A line per module: its state, and how that is known. */
export function renderModules(modules: readonly ModuleState[]): string {
  return renderTable(
    ["MODULE", "STATE", "KNOWN BY"],
    modules.map(({ name, state, evidence }) => [name, state, evidence]),
  );
}
