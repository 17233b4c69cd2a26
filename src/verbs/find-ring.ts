import { RING_DIRECTORY } from "../core/capture/schema.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { readObeyed } from "./read-input.ts";
import { fillIntent } from "./rule-source.ts";
import type { TemplatePlaces } from "./templates.ts";

export interface RingPlace {
  /** Where it was said that it stands. */
  readonly directory: string | undefined;
  /** The intent that may say it, and whether that was named. */
  readonly intent: { readonly file: string; readonly isNamed: boolean };
  readonly templates: TemplatePlaces;
}

/**
 * Where the ring stands: where it was said, else where the intent says, else in the usual place. An intent that was not named
 * may be missing, or be none. @throws Fault of one that was
 */
export async function findRing(host: Host, { directory, intent, templates }: RingPlace): Promise<string> {
  if (directory !== undefined) return directory;
  try {
    const { capture } = await fillIntent(host, await readObeyed(host, intent.file), templates);
    return capture?.ring.directory ?? RING_DIRECTORY;
  } catch (error) {
    if (intent.isNamed || !(error instanceof Fault || error instanceof HostError)) throw error;
    return RING_DIRECTORY;
  }
}
