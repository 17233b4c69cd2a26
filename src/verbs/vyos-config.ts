import { parseVyosConfig, type VyosConfig, type VyosFilters } from "../core/flow/vyos-config.ts";
import { ALL_PROTOCOLS } from "../core/flow/wanted.ts";
import type { FlowListening } from "../core/model/flow-stream.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import { readInput } from "./read-input.ts";
import type { Say } from "./scratch.ts";

/** What the configuration of VyOS's conntrack logger wants of a stream of flows. */
export interface VyosWish {
  readonly wanted: FlowListening["wanted"];
  /** How much may wait to be read; undefined: it does not say. */
  readonly roomBytes: number | undefined;
  readonly isDebug: boolean;
}

/** Reads the configuration, as VyOS writes it, and says what of it is passed over. @throws Fault */
export async function readVyosConfig(host: Host, file: string, say: Say): Promise<VyosWish> {
  const { text, source } = await readInput(host, file, "VyOS writes it to /run/vyos-conntrack-logger.conf");
  const config = parseVyosConfig(text, source);
  for (const note of config.notes) say(`note: ${note}`);
  await tellTimestamps(host, config, say);
  return { wanted: wantedBy(config.filters), roomBytes: roomFor(config.queueSize), isDebug: config.isDebug };
}

const TIMESTAMP = "/proc/sys/net/netfilter/nf_conntrack_timestamp";

/** VyOS sets it itself where it is asked for. */
async function tellTimestamps(host: Host, { wantsTimestamp }: VyosConfig, say: Say): Promise<void> {
  const value = (await orUndefined(readText(host, TIMESTAMP), "ENOENT", "ENOTDIR", "EACCES"))?.trim();
  if (wantsTimestamp && value === "0")
    say(
      "note: start and end of flows are asked for, and the kernel does not keep them: netlogctl flows set timestamp=on",
    );
}

const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 };
const OTHERS = ALL_PROTOCOLS.filter((number) => !Object.values(NUMBERS).includes(number));

function wantedBy(filters: VyosFilters): FlowListening["wanted"] {
  const numbersOf = (change: keyof VyosFilters): number[] =>
    (filters[change] ?? []).flatMap((one) => NUMBERS[one] ?? OTHERS);
  return { new: numbersOf("new"), update: numbersOf("update"), destroy: numbersOf("destroy"), listed: [] };
}

/** What an event takes in the kernel's queue at most, with all that belongs to it, and the least that makes sense. */
const EVENT_BYTES = 2048;
const ROOM_BYTES_MIN = 256 * 1024;

/** Room for at least so many events. */
function roomFor(queueSize: number | undefined): number | undefined {
  return queueSize === undefined ? undefined : Math.max(queueSize * EVENT_BYTES, ROOM_BYTES_MIN);
}
