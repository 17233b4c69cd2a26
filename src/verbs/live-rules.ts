import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, type RunResult } from "../core/model/host.ts";
import { decodeRuleset, emptyRuleset, type Ruleset, type Table } from "../core/nft/ruleset.ts";
import { flagsIn } from "../core/nft/told-in-text.ts";
import { forgets, type OwnTables } from "../core/ours/scope.ts";
import { faultOfHost } from "./host-faults.ts";
import type { ListedAhead } from "./listed-ahead.ts";

/** The ruleset of the machine. */
export async function readLive(host: Host): Promise<Ruleset> {
  return await list(host, ["ruleset"]);
}

/** The same with what nft 1.0.6 tells wrongly, or not at all, of tables with one flag: their flags, and what stands in them. */
export async function readWhole(host: Host): Promise<Ruleset> {
  const ruleset = await readLive(host);
  for (const table of ruleset.tables.values()) {
    const { head, family, name } = table;
    if (head?.["flags"] === undefined) continue;
    const flags = flagsIn(await listing(host, ["-s", "-t", "list", "table", family, name]));
    table.head = { ...head, flags };
  }
  return ruleset;
}

/** Of a table whose own listing breaks off, each chain and each named object can be listed all the same. */
async function fillIn(host: Host, { family, name, chains, objects }: Table): Promise<void> {
  const key = `${family} ${name}`;
  for (const kind of ["sets", "maps", "limits"]) {
    const found = (await list(host, [kind, family])).tables.get(key)?.objects ?? [];
    for (const [object, value] of found) objects.set(object, value);
  }
  for (const chain of (await list(host, ["chains", family])).tables.get(key)?.chains.keys() ?? []) {
    const found = (await list(host, ["chain", family, name, chain])).tables.get(key)?.chains.get(chain);
    if (found !== undefined) chains.set(chain, found);
  }
}

/** The same without the elements of sets, of which there may be many. */
export async function listTerse(host: Host): Promise<Ruleset> {
  return await list(host, ["ruleset"], ["-t"]);
}

/**
 * The same without the elements of others' sets.
 * @param ahead a listing that was begun before, which is taken if it is still that of the ruleset
 */
export async function readAroundOurs(host: Host, own: OwnTables, ahead?: ListedAhead): Promise<Ruleset> {
  const ruleset = (await ahead?.ruleset()) ?? (await listTerse(host));
  for (const key of own) {
    const table = ruleset.tables.get(key);
    if (table !== undefined) await readElements(host, table);
  }
  return ruleset;
}

/** Each set by itself: a table would be listed with all of its rules again. */
async function readElements(host: Host, { family, name, objects }: Table): Promise<void> {
  for (const [key, { kind, value }] of objects) {
    if ((kind !== "set" && kind !== "map") || forgets(value)) continue;
    const { tables } = await list(host, [kind, family, name, String(value["name"])]);
    const whole = tables.get(`${family} ${name}`)?.objects.get(key);
    if (whole !== undefined) objects.set(key, whole);
  }
}

async function list(host: Host, what: readonly string[], options: readonly string[] = []): Promise<Ruleset> {
  const command = ["-j", ...options, "list", ...what];
  const isOfTables = what[0] === "ruleset" || what[0] === "table";
  const text = isOfTables ? await listingOfTables(host, command) : await listing(host, command);
  if (what[0] === "ruleset" && (text === undefined || breaksOff(text))) return await listEachTable(host, options);
  const name = `nft ${command.join(" ")}`;
  return text === undefined ? emptyRuleset() : decodeRuleset(parseListing(text, name), name);
}

/** Table by table, and what a table does not tell of itself piece by piece. */
async function listEachTable(host: Host, options: readonly string[]): Promise<Ruleset> {
  const ruleset = emptyRuleset();
  const names = (await listing(host, ["list", "tables"])).matchAll(/^table (\S+) (\S+)$/gm);
  for (const [, family = "", name = ""] of names) {
    const key = `${family} ${name}`;
    const { version, tables } = await list(host, ["table", family, name], options);
    ruleset.version ??= version;
    const table = tables.get(key) ?? untold(family, name);
    if (table.chains.size === 0 && table.head?.["flags"] === null) await fillIn(host, table);
    ruleset.tables.set(key, table);
  }
  return ruleset;
}

function untold(family: string, name: string): Table {
  return { family, name, head: { family, name, flags: null }, chains: new Map(), objects: new Map() };
}

/** nft 1.0.6 may crash where it may break off: it frees the one flag of a table before it tells it (table_flags_json in json.c). */
async function listingOfTables(host: Host, command: readonly string[]): Promise<string | undefined> {
  const result = await runNft(host, command, LISTING);
  return /^ended by SIG(?:ABRT|SEGV)$/.test(result.stderr) ? undefined : listedIn(result, host);
}

async function listing(host: Host, command: readonly string[]): Promise<string> {
  return listedIn(await runNft(host, command, LISTING), host);
}

const LISTING = "list the ruleset";

function listedIn({ code, stdout, stderr }: RunResult, host: Host): string {
  if (code === 0) return stdout;
  const isDenied = /Operation not permitted|must be root/.test(stderr);
  const message = `cannot list the ruleset of ${host.label}: nft says: ${stderr.trim().split("\n").join("; ")}`;
  throw new Fault(isDenied ? "not-permitted" : "refused", message, isDenied ? AS_ROOT : WITH_NEWER_NFT);
}

const AS_ROOT =
  "run it as root (CAP_NET_ADMIN); rules lint and rules diff take a listing instead: nft -j list ruleset > FILE";
const WITH_NEWER_NFT =
  "try nft -j list ruleset: an nft that is older than the one that made the rules may not read them";

const WITHOUT_FLAGS =
  "look at nft -j list ruleset: nft 1.0.6 may break off at a table with flags; a newer nft does not";

/**
 * Runs nft in the host's namespace.
 * @param locked a file that it holds locked to its end: it may outlive us, and who comes after us has to wait for it
 */
export async function runNft(
  host: Host,
  args: readonly string[],
  doing: string,
  locked?: string,
): ReturnType<Host["run"]> {
  try {
    if (locked === undefined) return await host.run("nft", args);
    return await host.run("flock", ["--no-fork", "--exclusive", locked, "nft", ...args]);
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, doing, "install nftables") : error;
  }
}

/** nft 1.0.6 may break off behind the flags of a table with one flag, and ends with 0. */
function breaksOff(text: string): boolean {
  return /"flags": \s*$/.test(text.slice(-100));
}

/** What nft lists as JSON, put to its end where it breaks off; a fault if it is none. */
export function parseListing(text: string, source: string): unknown {
  try {
    return JSON.parse(breaksOff(text) ? `${text}null}}]}` : text) as unknown;
  } catch (cause) {
    throw new Fault("refused", `${source}: what nft lists is no JSON`, WITHOUT_FLAGS, { cause });
  }
}
