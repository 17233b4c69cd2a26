import type { Host } from "../core/model/host.ts";
import { type FromSpr, storeOfSpr } from "../core/serve/from-spr.ts";
import { readInput } from "./read-input.ts";

/** The section of an intent that keeps what a configuration of SPR's database keeps. @throws Fault */
export async function importSpr(host: Host, file: string): Promise<FromSpr> {
  const { text, source } = await readInput(host, file);
  return storeOfSpr(text, source);
}
