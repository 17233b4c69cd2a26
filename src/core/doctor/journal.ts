import { LOG_LEVELS } from "../model/log-statement.ts";
import { shellWord } from "../shell-word.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { isNo, type JournaldSettings, levelNumber, spanSeconds } from "./journald.ts";
import { groupOf, levelOf, type PlacedLog, placesOf } from "./placed.ts";
import { counted, writeCommand } from "./shell.ts";

/** Stands over what has another name: it comes last. */
const DROP_IN = "/etc/systemd/journald.conf.d/90-netlogctl.conf";

/** What journald does not keep of the kernel's lines, and for how long it keeps the rest. */
export function journalDiagnoses(logs: readonly PlacedLog[], { keepers }: Facts): Diagnosis[] {
  const { journald, hasJournalDirectory, rsyslog } = keepers;
  if (journald === undefined) return [];
  const dropped = [...notRead(journald), ...notStored(journald), ...belowLevel(journald, logs)];
  if (dropped.length > 0) {
    const reasons = dropped.map(({ reason }) => reason).join("; ");
    const message = `journald keeps no lines of ${counted(placesOf(logs).length, "rule")}: ${reasons}`;
    return [diagnosis("journal-drops", message, setRemedy(dropped.map(({ setting }) => setting)), placesOf(logs))];
  }
  const storage = journald.get("storage") ?? "auto";
  const isVolatile = storage === "volatile" || (storage === "auto" && !hasJournalDirectory);
  if (!isVolatile || rsyslog !== undefined) return [];
  const why = storage === "auto" ? "Storage=auto, and there is no /var/log/journal" : "Storage=volatile";
  const message = `journald keeps the kernel's lines until the next boot only (${why})`;
  return [diagnosis("journal-volatile", message, setRemedy(["Storage=persistent"]), ["journald.conf"])];
}

interface Dropped {
  readonly reason: string;
  /** What would keep them. */
  readonly setting: string;
}

function notRead(settings: JournaldSettings): Dropped[] {
  return isNo(settings.get("readkmsg"))
    ? [{ reason: "ReadKMsg=no, so it does not read the kernel's", setting: "ReadKMsg=yes" }]
    : [];
}

function notStored(settings: JournaldSettings): Dropped[] {
  return settings.get("storage") === "none" ? [{ reason: "Storage=none", setting: "Storage=auto" }] : [];
}

/** LOG_PRI(priority) > max_level_store: server_dispatch_message() in journald-server.c. */
function belowLevel(settings: JournaldSettings, logs: readonly PlacedLog[]): Dropped[] {
  const word = settings.get("maxlevelstore");
  const most = word === undefined ? undefined : levelNumber(word);
  const least = Math.max(...logs.map(levelOf));
  if (most === undefined || least <= most) return [];
  return [
    { reason: `MaxLevelStore=${word}, and lines have level ${LOG_LEVELS[least]}`, setting: "MaxLevelStore=debug" },
  ];
}

function setRemedy(settings: readonly string[]): string[] {
  return [
    `mkdir -p /etc/systemd/journald.conf.d && ${writeCommand(DROP_IN, ["[Journal]", ...settings])} && systemctl restart systemd-journald`,
  ];
}

/** journald's defaults (journald.conf(5)). */
const RATE = { seconds: 30, burst: 10_000 };

/** Readers that run in a unit: what they print to the journal is limited, unlike what the kernel writes. */
export function readerJournalDiagnoses(
  logs: readonly PlacedLog[],
  { readers, keepers: { journald } }: Facts,
): Diagnosis[] {
  const groups = new Set(logs.map(groupOf));
  const used = (readers.groups ?? []).filter(({ group }) => groups.has(group));
  const units = new Set(used.flatMap(({ listeners }) => listeners.flatMap(({ unit }) => unit ?? [])));
  if (journald === undefined) return [];
  const burst = Number(journald.get("ratelimitburst") ?? RATE.burst);
  const general = spanSeconds(journald.get("ratelimitintervalsec") ?? `${RATE.seconds}s`) ?? RATE.seconds;
  return [...units].flatMap((unit) => {
    const seconds = spanSeconds(readers.unitIntervals.get(unit) ?? "") ?? general;
    if (!unit.endsWith(".service") || seconds === 0 || burst === 0) return [];
    const message = `what ${unit} prints to the journal is limited to ${burst} lines in ${seconds} s`;
    const directory = `/etc/systemd/system/${shellWord(unit)}.d`;
    const write = writeCommand(`${directory}/60-netlogctl.conf`, ["[Service]", "LogRateLimitIntervalSec=0"]);
    const remedy = `mkdir -p ${directory} && ${write} && systemctl daemon-reload && systemctl restart ${shellWord(unit)}`;
    return [diagnosis("journal-limits-reader", message, [remedy], [unit])];
  });
}
