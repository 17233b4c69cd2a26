import type { OpenedCapture } from "../../core/archive/opened-day.ts";
import { CaptureIndex } from "../../core/capture/capture-index.ts";
import { type Host, HostError, readText } from "../../core/model/host.ts";

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
