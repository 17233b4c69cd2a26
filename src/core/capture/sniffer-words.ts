import type { SnifferWish } from "./wish.ts";

/** The programs that capture interfaces. */
export const SNIFFERS = ["tcpdump", "dumpcap"] as const;
export type SnifferProgram = (typeof SNIFFERS)[number];

/** The words that have a program capture an interface and write what comes to its standard output at once (tcpdump(8), dumpcap(1)). */
export function snifferWords(program: SnifferProgram, wish: SnifferWish): string[] {
  const { interface: device, filter, snaplen, countMax } = wish;
  const count = countMax === undefined ? [] : ["-c", String(countMax)];
  const length = snaplen === 0 ? [] : ["-s", String(snaplen)];
  if (program === "dumpcap") {
    const room = ["-B", String(Math.max(1, Math.floor(wish.roomBytes / 2 ** 20)))];
    const link = device === "any" ? ["-y", "LINUX_SLL2"] : []; // which says of each packet by which interface it came
    return [
      "-i",
      device,
      ...link,
      "-n",
      "-q",
      ...room,
      ...length,
      ...count,
      ...(filter === undefined ? [] : ["-f", filter]),
      "-w",
      "-",
    ];
  }
  const room = ["-B", String(Math.max(1, Math.floor(wish.roomBytes / 2 ** 10)))];
  const form = ["--time-stamp-precision=nano", "--immediate-mode", "-U", "-n", "-w", "-"];
  return ["-i", device, ...form, ...room, ...length, ...count, "--", ...(filter === undefined ? [] : [filter])];
}

/** Whether tcpdump could not become another user, as in a user namespace that has only root. */
export function saysNoUser(text: string): boolean {
  return /Couldn't change to/.test(text);
}

/** Whether a line says that it captures now: dumpcap says what it captures before it does, and then what it writes to. */
export function saysListening(text: string): boolean {
  return /^(?:tcpdump: )?listening on |^File: /m.test(text);
}

/** How many packets it said at its end that were dropped. */
export function droppedIn(text: string): number {
  const [, kernel = "0"] = /^(\d+) packets? dropped by kernel/m.exec(text) ?? [];
  const [, dropped = "0"] = /^Packets received\/dropped on interface .*: \d+\/(\d+) /m.exec(text) ?? [];
  return Number(kernel) + Number(dropped);
}

/** What it complained of, in its own words. */
export function complaintIn(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^(?:tcpdump|dumpcap|nsenter|setpriv): /, "").trim());
  const said = lines.filter(
    (line) => line !== "" && !/^(?:data link type|listening on|Capturing on|File: |Warning)/.test(line),
  );
  return said.slice(0, 3).join(" ");
}
