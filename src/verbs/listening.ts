import { type Host, readText } from "../core/model/host.ts";
import type { GroupTally, Listening, PacketStream, StreamEnd } from "../core/model/packet-stream.ts";
import type { Say } from "./scratch.ts";

/** How the kernel hands packets over, unless said: many at once, a tenth of a second late at most. */
export const LISTENING = {
  copyRangeBytes: 0,
  threshold: 400,
  timeoutCs: 10,
  bufferBytes: 131_072,
  roomBytes: 64 * 1024 * 1024,
} as const;

/** How packets of a host's namespace are listened to, but for the groups. */
export async function listeningOf(
  host: Host,
  settings: Pick<Listening, keyof typeof LISTENING | "hasConntrack">,
): Promise<Omit<Listening, "groups">> {
  return { ...settings, ...(await placeOf(host)) };
}

/** Where a reader listens, and how events call that. */
export async function placeOf(host: Host): Promise<Pick<Listening, "netnsPath" | "netns" | "host">> {
  const { netns } = host;
  const netnsPath = netns === undefined || netns.includes("/") ? netns : `/run/netns/${netns}`;
  return { netnsPath, netns, host: (await readText(host, "/proc/sys/kernel/hostname")).trim() };
}

/** Says so where less may wait to be read than was wished. */
export function tellRoom({ start }: Pick<PacketStream, "start">, wishedBytes: number, say: Say): void {
  if (start.roomBytes >= wishedBytes) return;
  say(`note: ${start.roomBytes} bytes may wait to be read, not ${wishedBytes}: ${BOUNDED}`);
}

const BOUNDED = "net.core.rmem_max bounds it where CAP_NET_ADMIN is not that of the first user namespace";

/** Says what a stream did not get, and what nobody took. */
export function tellLosses({ groups, droppedAtEnd, unwrittenBytes }: StreamEnd, say: Say): void {
  for (const { group, received, lost } of groups.filter((tally: GroupTally) => tally.lost > 0)) {
    say(`group ${group}: ${lost} packets were lost, ${received} came: give it more room (--room), or log less`);
  }
  if (droppedAtEnd > 0) {
    say(`at least ${droppedAtEnd} messages of one or more packets found no room behind the last packet that came`);
  }
  if (unwrittenBytes > 0) say(`${unwrittenBytes} bytes of lines were not taken by who reads them`);
}
