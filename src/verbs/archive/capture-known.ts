import type { OpenedCapture } from "../../core/archive/opened-day.ts";
import { CaptureIndex } from "../../core/capture/capture-index.ts";
import { FileTally } from "../../core/capture/file-tally.ts";
import type { Depot } from "../../core/model/depot.ts";
import { type Host, HostError, readText } from "../../core/model/host.ts";
import { commentedIn } from "../../core/pcap/comment.ts";
import { createCaptureReader } from "../../core/pcap/read.ts";

/** What is known of a capture without reading it. */
export type Known = NonNullable<OpenedCapture["index"]>;

/** What of it is said; undefined where not even its packets were counted. */
export function knownOf({
  packets,
  lost = 0,
  first,
  last,
  prefixes = {},
}: { readonly [Key in keyof Known]?: Known[Key] | undefined }): Known | undefined {
  if (packets === undefined) return undefined;
  return {
    packets,
    lost,
    prefixes,
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}

/** What is known of a capture that has no index, by reading it: as far as it is whole; of what is none, nothing. */
export async function countPackets(depot: Depot, path: string): Promise<Partial<Known>> {
  const reader = createCaptureReader();
  const tally = new FileTally();
  for await (const chunk of depot.read(path)) {
    for (const { comment = "", moment } of reader.push(chunk)) {
      tally.add(tally.countOf(commentedIn(comment)?.prefix), moment?.seconds ?? 0, moment?.nanoseconds ?? 0);
    }
    tally.keep();
    if (reader.problem() !== undefined) break;
  }
  if (tally.packets === 0 && reader.end() !== undefined) return {};
  return knownOf(tally.indexOf(NO_HEAD)) ?? {};
}

/** Of what is counted alone. */
const NO_HEAD = { file: "", link: "", from: "", host: "", bytes: 0, ended: "time" } as const;

/** What the index at a path says; one that is not there, or none, says nothing, and is not believed. */
export async function readKnown(host: Host, path: string): Promise<Known | undefined> {
  try {
    const { data } = CaptureIndex.safeParse(JSON.parse(await readText(host, path)));
    return data && knownOf(data);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof HostError) return undefined;
    throw error;
  }
}
