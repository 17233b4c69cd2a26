import { type DefaultLog, destinationText } from "../model/default-log.ts";
import { FAMILIES, type Family } from "../model/family.ts";
import { type Binding, loggerFor, loggerText, NFNETLINK_LOG } from "../model/logger.ts";
import { bindingOf, intentOf, type Machine } from "../model/machine.ts";
import { NF_LOG_SYSLOG } from "../model/module.ts";
import { shellWord } from "../shell-word.ts";
import { effectiveOf, type Surroundings } from "./effective.ts";

/** Something wrong on a machine, and what to do about it. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** A stable word for programs. */
  readonly code:
    | "intent-unreadable"
    | "binding-differs"
    | "nobody-reads"
    | "no-logger"
    | "kernel-log-silent"
    | "invalid-lost"
    | "rules-differ" // rules of ours are not as they were applied
    | "unconfirmed" // a change is taken back unless it is confirmed
    | "taken-back" // it was
    | "rules-unreadable"; // what tells of the rules that were applied is damaged
  readonly families: readonly Family[];
  readonly message: string;
  readonly remedy: string;
  /** Where the remedy says more than one command: the command, as a script takes it, and what is to be known of it. */
  readonly command?: string;
  readonly note?: string;
}

/**
 * What is wrong with the loggers of a machine: the worst first.
 * @param netns the namespace's name, where a remedy's command has to name it
 */
export function problemsOf(machine: Machine, surroundings: Surroundings, netns: string | undefined): Problem[] {
  const rows = FAMILIES.flatMap((family) => {
    const binding = bindingOf(machine, family);
    return binding === undefined ? [] : [{ family, binding }];
  });
  const options = netns === undefined ? "" : ` --netns ${shellWord(netns)}`;
  const look: Look = { machine, surroundings, rows, intent: intentOf(machine), options };
  return [
    ...unreadable(machine),
    ...differing(look),
    ...invalidLost(look),
    ...silent(look),
    ...nobodyReads(look),
    ...withoutLogger(look),
  ];
}

interface Look {
  readonly machine: Machine;
  readonly surroundings: Surroundings;
  readonly rows: readonly { family: Family; binding: Binding }[];
  readonly intent: DefaultLog;
  /** What a remedy's command needs behind it to mean this namespace: " --netns blue" or nothing. */
  readonly options: string;
}

function unreadable({ run, persisted }: Machine): Problem[] {
  return [run, persisted].flatMap(({ fault }) =>
    fault === undefined
      ? []
      : [
          {
            severity: "error" as const,
            code: "intent-unreadable" as const,
            families: [],
            message: `${fault.where === undefined ? "" : `${fault.where}: `}${fault.message}`,
            remedy: fault.remedy,
          },
        ],
  );
}

function differing(look: Look): Problem[] {
  const { machine, rows, intent, options } = look;
  const drifted = rows.filter(({ family, binding }) => {
    const destination = intent[family];
    return destination !== undefined && loggerFor(family, destination) !== binding.logger;
  });
  return drifted.map(({ family, binding }) => {
    const destination = destinationText(intent[family] ?? { to: "none" });
    const isOfBoot = machine.run.defaultLog[family] !== undefined;
    const why = `${isOfBoot ? "" : "it was not restored in this boot, or "}${culprit(binding, look)}`;
    return {
      severity: "error",
      code: "binding-differs",
      families: [family],
      message: `${family} is bound to ${loggerText(binding.logger)}, the intent is ${destination}: ${why}`,
      remedy: `netlogctl ${isOfBoot ? `default log ${family} ${destination}` : "restore"}${options}`,
    };
  });
}

/** Programs that bind nfnetlink_log to families by themselves (NFULNL_CFG_CMD_PF_BIND) and leave it so. */
const BINDERS = /^(ulogd|tcpdump|dumpcap|tshark|wireshark)/i;

/** Which running program, known program or kernel habit leaves such a binding. */
function culprit({ logger }: Binding, { machine, rows, intent, surroundings }: Look): string {
  if (logger === null) return "removing the logger's module does this (rmmod), or somebody wrote the sysctl";
  if (logger !== NFNETLINK_LOG)
    return `loading ${moduleWith(logger, machine)} binds a row that is NONE, or somebody wrote the sysctl`;

  const listeners = (surroundings.groups ?? []).flatMap((group) => group.listeners);
  const binder = listeners.find(({ program }) => BINDERS.test(program));
  if (binder !== undefined)
    return `${binder.program} (pid ${binder.pid}) listens, and such a program does this and leaves it so`;

  const taken = rows.filter(({ family, binding }) => binding.logger === NFNETLINK_LOG && intent[family]?.to !== "user");
  return taken.some(({ family }) => family === "ip6" || family === "bridge")
    ? "ulogd with group=0 or bind=1 does this to ip, ip6 and bridge and leaves it so"
    : "tcpdump -i nflog (and Wireshark) does this to ip and leaves it so";
}

/** The module that registers a logger of the kernel log: before 5.13 the family's own. */
function moduleWith(logger: string, { modules }: Machine): string {
  const own = modules.find(({ name }) => name === logger);
  return own?.state === "loaded" && own.aliasOf === undefined ? logger : NF_LOG_SYSLOG;
}

function invalidLost({ machine, rows, options }: Look): Problem[] {
  const logInvalid = machine.flows.log_invalid ?? 0;
  const lost = rows.filter(({ family, binding }) => (family === "ip" || family === "ip6") && binding.logger === null);
  if (logInvalid === 0 || lost.length === 0) return [];

  const families = lost.map(({ family }) => family);
  return [
    {
      severity: "error",
      code: "invalid-lost",
      families,
      message: `nf_conntrack_log_invalid is ${logInvalid}, but no logger is bound for ${families.join(" and ")}: what conntrack finds invalid is lost silently`,
      remedy: `netlogctl default log ${families.length === 2 ? "inet" : families[0]} kernel${options}`,
    },
  ];
}

function silent({ rows, surroundings, options }: Look): Problem[] {
  const { isInitial, allNetns } = surroundings;
  if (isInitial || allNetns !== 0) return [];

  const families = rows
    .filter(({ binding }) => binding.logger !== null && binding.logger !== NFNETLINK_LOG)
    .map(({ family }) => family);
  return aggregate("kernel-log-silent", families, {
    message: "lines for the kernel log go nowhere: this is not the initial namespace, and nf_log_all_netns is 0",
    remedy: (all) => {
      const [command, other] = [
        commandsFor(all, "user group 0", options),
        "in the initial namespace: netlogctl netns allow",
      ];
      return { remedy: `${command}, or ${other}`, command, note: `or ${other}; else` };
    },
  });
}

function nobodyReads(look: Look): Problem[] {
  const { rows, intent, surroundings, options } = look;
  // A family that is meant for elsewhere differs: what mends that mends this.
  const found = rows.filter(
    ({ family, binding }) =>
      binding.logger === NFNETLINK_LOG &&
      (intent[family]?.to ?? "user") === "user" &&
      effectiveOf(binding, surroundings).to === "nowhere",
  );
  const unmeant = found.find(({ family }) => intent[family] === undefined);
  const why = unmeant === undefined ? "" : ` (${culprit(unmeant.binding, look)})`;
  const isMute = !surroundings.isInitial && surroundings.allNetns === 0;
  return aggregate(
    "nobody-reads",
    found.map(({ family }) => family),
    {
      message: `bound to nfnetlink_log, but nobody reads group 0: the kernel's own messages are lost${why}`,
      remedy: (families) => {
        const start = "start a reader of group 0 (such as ulogd)";
        if (isMute) return { remedy: start };
        const command = commandsFor(families, "kernel", options);
        return { remedy: `${start}, or: ${command}`, command, note: `or ${start}` };
      },
    },
  );
}

function withoutLogger({ rows, intent, options }: Look): Problem[] {
  const families = rows
    .filter(({ family, binding }) => binding.logger === null && intent[family] === undefined)
    .map(({ family }) => family);
  return aggregate("no-logger", families, {
    message: "no logger is bound: the kernel's own messages are lost (if that is meant, make none their default log)",
    remedy: (all) => ({ remedy: commandsFor(all, "kernel", options) }),
  });
}

interface Words {
  readonly message: string;
  readonly remedy: (families: readonly Family[]) => Pick<Problem, "remedy" | "command" | "note">;
}

/** One problem for all families that have it. */
function aggregate(code: Problem["code"], families: readonly Family[], { message, remedy }: Words): Problem[] {
  if (families.length === 0) return [];
  const text = `${families.join(", ")}: ${message}`;
  return [{ severity: "warning", code, families, message: text, ...remedy(families) }];
}

/** The commands that give these families a destination, to be pasted as they are. */
function commandsFor(families: readonly Family[], destination: string, options: string): string {
  const hasBoth = families.includes("ip") && families.includes("ip6");
  const words = hasBoth ? ["inet", ...families.filter((family) => family !== "ip" && family !== "ip6")] : families;
  return words.map((word) => `netlogctl default log ${word} ${destination}${options}`).join(" && ");
}
