/** The systemd unit in /proc/PID/cgroup (`0::/system.slice/ulogd2.service`): the last service, scope or socket of the path. */
export function decodeUnit(cgroup: string): string | undefined {
  return cgroup
    .split("\n")
    .flatMap((line) => line.split("/"))
    .findLast((part) => /^[^/]+\.(service|scope|socket)$/.test(part));
}
