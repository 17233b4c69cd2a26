import { printedDiagnoses } from "./console.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { journalDiagnoses } from "./journal.ts";
import { type PlacedLog, placesOf } from "./placed.ts";
import type { RsyslogInput } from "./rsyslog.ts";
import type { Repairs } from "./rule-remedy.ts";
import { comment, counted } from "./shell.ts";

/**
 * What happens to lines of rules in the kernel log. The kernel limits none of them: nf_log_buf_close() prints them with a
 * plain printk(), which neither kernel.printk_ratelimit nor printk_devkmsg (writers to /dev/kmsg) concerns.
 */
export function kernelLogDiagnoses(logs: readonly PlacedLog[], facts: Facts, repairs: Repairs): Diagnosis[] {
  const written = logs.filter(({ site }) => site.to === "kernel log");
  if (written.length === 0) return [];
  return [
    ...printedDiagnoses(written, facts, repairs),
    ...journalDiagnoses(written, facts),
    ...rsyslogLimits(facts),
    ...ringBuffer(written, facts),
    ...restricted(facts),
  ];
}

function rsyslogLimits({ keepers: { rsyslog = [] } }: Facts): Diagnosis[] {
  return rsyslog
    .filter(({ seconds, burst }) => seconds > 0 && burst >= 0)
    .map((input) => {
      const { module, path, seconds, burst } = input;
      const message = `rsyslog's ${module} takes ${burst} messages in ${seconds} s, and drops what is more`;
      return diagnosis("rsyslog-limits", message, [`${unlimit(input)} && systemctl restart rsyslog`], [path]);
    });
}

function unlimit({ module, path, spelling }: RsyslogInput): string {
  const file = `'${path.replaceAll("'", "'\\''")}'`;
  switch (spelling) {
    case "legacy":
      return `printf '%s\\n' '$${module}RatelimitInterval 0' >> ${file}`;
    case "set":
      return `sed -i -E '/load="${module}"/,/\\)/s/(ratelimit\\.?interval=")[^"]*"/\\10"/I' ${file}`;
    case "unset":
      return `sed -i 's/load="${module}"/& ratelimit${module === "imjournal" ? "." : ""}interval="0"/' ${file}`;
  }
}

/** Below this, some thousand lines go round the buffer. */
const RING_BUFFER_LEAST = 1024 * 1024;

/** A line of text, and the record that describes it (printk_ringbuffer). */
const LINE_BYTES = 250;

function ringBuffer(logs: readonly PlacedLog[], { keepers: { ringBufferBytes } }: Facts): Diagnosis[] {
  const unlimited = placesOf(logs.filter(({ site }) => site.limit === null));
  if (ringBufferBytes === undefined || ringBufferBytes >= RING_BUFFER_LEAST || unlimited.length === 0) return [];
  const lines = Math.floor(ringBufferBytes / LINE_BYTES);
  const message = `the kernel's ring buffer has ${ringBufferBytes / 1024} KiB, about ${lines} lines, and ${counted(unlimited.length, "rule")} without a limit ${unlimited.length === 1 ? "writes" : "write"} to it`;
  const remedy = [
    comment("from the next boot on; with another boot loader: add log_buf_len=4M to the kernel's command line"),
    `sed -i 's/^GRUB_CMDLINE_LINUX="/&log_buf_len=4M /' /etc/default/grub && update-grub`,
  ];
  return [diagnosis("ring-buffer", message, remedy, unlimited)];
}

function restricted({ keepers: { isDmesgRestricted } }: Facts): Diagnosis[] {
  if (!isDmesgRestricted) return [];
  const remedy = [
    comment(
      "read it as root, or journalctl -k in the group systemd-journal; to open all of the kernel log to all users:",
    ),
    "sysctl -w kernel.dmesg_restrict=0",
  ];
  return [
    diagnosis("dmesg-restricted", "kernel.dmesg_restrict is 1: dmesg shows the lines to root only", remedy, [
      "kernel.dmesg_restrict",
    ]),
  ];
}
