import type { NflogGroup } from "../model/listener.ts";
import { shellWord } from "../shell-word.ts";
import type { Facts } from "./facts.ts";
import { comment, inInitial, writeCommand } from "./shell.ts";

/** What held a burst of 40 000 packets in batches without a loss (8 MiB, tried). */
const BUFFER_BYTES_GOOD = 8 * 1024 * 1024;

/** Larger buffers for sockets to come, now and at boot; then the reader again, for a socket keeps the buffer it has. */
export function bufferRemedy(groups: readonly NflogGroup[], bufferBytes: number | undefined, facts: Facts): string[] {
  const { netns, surroundings, readers } = facts;
  const bytes = Math.max(BUFFER_BYTES_GOOD, 2 * (bufferBytes ?? 0));
  const isEnough = (readers.rmemDefault ?? 0) >= bytes && (readers.rmemMax ?? 0) >= bytes;
  const keys = ["net.core.rmem_max", "net.core.rmem_default"].map((key) => `${key}=${bytes}`);
  const raise = [
    `${inInitial(surroundings.isInitial, netns)}sysctl -w ${keys.join(" ")}`,
    writeCommand("/etc/sysctl.d/60-netlogctl-rmem.conf", keys),
  ];
  const isUlogd = groups.some(({ listeners }) => listeners.some(({ program }) => program === "ulogd"));
  const options = `netlink_socket_buffer_size=${bytes}, netlink_socket_buffer_maxsize=${bytes}, netlink_qthreshold=100`;
  return [
    ...(isUlogd ? [comment(`in ulogd.conf, in the section of the group: ${options}`)] : []),
    ...(isEnough ? [] : raise),
    ...restartRemedy(groups, "restart"),
  ];
}

/** The commands that stop readers, or start them again where a unit knows how. */
export function restartRemedy(groups: readonly NflogGroup[], verb: "restart" | "stop"): string[] {
  const listeners = groups.flatMap((group) => group.listeners);
  const commands = listeners.flatMap(({ pid, program, unit }) => {
    if (unit?.endsWith(".service") === true) return [`systemctl ${verb} ${shellWord(unit)}`];
    return [...(verb === "restart" ? [comment(`start ${program} again after it:`)] : []), `kill ${pid}`];
  });
  return commands.length === 0 ? [comment(`${verb} the reader: it cannot be seen from here`)] : [...new Set(commands)];
}
