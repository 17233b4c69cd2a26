import { createHash } from "node:crypto";
import type { Trail } from "../core/event/trail/search.ts";
import type { TrailSource } from "../core/event/trail/source.ts";
import { parseTarget } from "../core/event/trail/target.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { OpenStoreReader } from "../core/store/reader.ts";
import type { ConvertWish } from "./convert-packets.ts";
import { findStoreFile } from "./store-file.ts";
import { trailOfFiles, trailOfStore } from "./trail-sources.ts";

export interface TrailWish {
  /** Whose trail: one or two ends, the number of a flow, or a Community ID. */
  readonly target: readonly string[];
  /** The store; undefined: that of this machine's log service, unless files are named. */
  readonly store: string | undefined;
  /** "-" is standard input. */
  readonly files: readonly string[];
  readonly clock: ConvertWish["clock"];
  /** RFC 3339 with nine digits; both ends belong to it. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** How many events are held: the newest. */
  readonly limit: number;
}

export interface TrailOptions {
  readonly say: (line: string) => void;
  /** Told what of a store is broken, and therefore left out. */
  readonly onBroken: (text: string) => void;
}

/**
 * Finds what was logged of conversations: packets and flows, joined by their ends, also as NAT rewrites them.
 * @throws Fault for a target that is none, and where nothing can be read
 */
export async function findTrail(
  host: Host,
  open: OpenStoreReader,
  wish: TrailWish,
  options: TrailOptions,
): Promise<Trail> {
  const { since, until, limit } = wish;
  const target = parseTarget(wish.target);
  if (since !== undefined && until !== undefined && since > until) {
    throw new Fault("usage", "--since is later than --until", "turn them round");
  }
  const { searchTrail } = await import("../core/event/trail/search.ts");
  const sources = await openSources(host, open, wish, options);
  try {
    const sha1 = (bytes: Buffer): Buffer => createHash("sha1").update(bytes).digest();
    return await searchTrail(sources, { target, since, until, limit, sha1 });
  } finally {
    for (const source of sources) source.close();
  }
}

async function openSources(
  host: Host,
  open: OpenStoreReader,
  { files, store, clock }: TrailWish,
  { say, onBroken }: TrailOptions,
): Promise<TrailSource[]> {
  const ofFiles = files.length === 0 ? [] : [trailOfFiles(host, { files, from: undefined, clock }, say)];
  if (store === undefined && files.length > 0) return ofFiles;
  return [...ofFiles, await trailOfStore(host, open, store ?? (await findStoreFile(host)), onBroken)];
}
