import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, readText } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";
import { parseListing } from "./live-rules.ts";

/**
 * Runs in a network namespace that ends with it. nft gets its input from a pipe: node's own standard input is a socket,
 * which nft 1.0.6 cannot open. $1 is -j for JSON; the rest are names of interfaces that the input may speak of.
 */
const SCRIPT = `
json=$1; shift
for device in "$@"; do
  ip link add name "$device" type dummy 2>/dev/null || ip link add name "$device" type veth 2>/dev/null
done
cat | nft $json -f - > /dev/null && `;

const LIST = "exec nft -j list ruleset";
/** JSON is one line; text without the numbers that change by themselves is all lines behind it. */
const LIST_TWICE = "nft -j list ruleset && echo && exec nft -s list ruleset";

/** Whatever runs in the namespaces ends with netlogctl, also when that is killed. */
const WITH_US = "--pdeathsig KILL unshare --net --pid --fork --kill-child".split(" ");

/** The table of loggers, which nft changes by loading modules, in every namespace. */
const LOGGERS = "/proc/net/netfilter/nf_log";

/** Tells the user of what happens beside the answer. */
export type Say = (line: string) => void;

/** What nft made of an input, or what it had against it. */
export type Compiled =
  | { readonly isTaken: true; readonly json: unknown }
  | { readonly isTaken: false; readonly says: string };

/** The same, with the listing as nft's text too: before 1.1 that tells more. */
export type CompiledTwice =
  | { readonly isTaken: true; readonly json: unknown; readonly text: string }
  | { readonly isTaken: false; readonly says: string };

/** Has nft take a text, or JSON, in a scratch namespace, and lists the ruleset that came of it. Nothing stays. */
export async function compileInScratch(host: Host, input: string, say: Say): Promise<Compiled> {
  const { code, stdout, stderr } = await listInScratch(host, input, LIST, say);
  if (code !== 0) return { isTaken: false, says: stderr.trim() };
  return { isTaken: true, json: parseListing(stdout, SCRATCH) };
}

/** The same, and lists it as JSON and as text. */
export async function compileTwice(host: Host, input: string, say: Say): Promise<CompiledTwice> {
  const { code, stdout, stderr } = await listInScratch(host, input, LIST_TWICE, say);
  if (code !== 0) return { isTaken: false, says: stderr.trim() };
  const [json = "", ...lines] = stdout.split("\n");
  const text = lines.filter((line) => line !== "").join("\n");
  return { isTaken: true, json: parseListing(json, SCRATCH), text };
}

const SCRATCH = "nft's scratch namespace";

async function listInScratch(host: Host, input: string, list: string, say: Say): Promise<Ran> {
  const isJson = input.trimStart().startsWith("{");
  const before = await loggers(host);
  const args = ["sh", "-c", SCRIPT + list, "sh", isJson ? "-j" : "", ...devicesIn(input)];
  const ran = await runUnshared(host, args, input);
  const after = await loggers(host);
  if (before !== after) say(`note: nft loaded kernel modules for it: ${LOGGERS} has changed`);
  return ran;
}

/** As root with root's limits; an ordinary user's namespace takes some 600 log rules (SO_SNDBUFFORCE is refused there). */
async function runUnshared(host: Host, args: readonly string[], input: string): Promise<Ran> {
  try {
    const asRoot = await host.runHere("setpriv", [...WITH_US, "--", ...args], input);
    if (!asRoot.stderr.includes("unshare failed")) return asRoot;
    const asUser = await host.runHere("setpriv", [...WITH_US, "--map-root-user", "--", ...args], input);
    if (!asUser.stderr.includes("unshare failed")) return asUser;
    throw new Fault(
      "not-permitted",
      `nft needs a network namespace to try this in, and this machine gives none: ${asUser.stderr.trim()}`,
      "run it as root, or where ordinary users may have namespaces; a listing in JSON needs none",
    );
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "run nft in a scratch namespace", INSTALL) : error;
  }
}

type Ran = Awaited<ReturnType<Host["runHere"]>>;

const INSTALL = "install nftables and util-linux; JSON and intents without nft: need neither";

async function loggers(host: Host): Promise<string | undefined> {
  try {
    return await readText(host, LOGGERS);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** Interfaces that have to be there for nft to take the text: of chains at a device, flowtables, iif and oif. */
function devicesIn(input: string): string[] {
  const found = new Set<string>();
  for (const [, list = ""] of input.matchAll(/\b(?:devices?|dev|iif|oif)\b"?[\s:=]*([{[][^}\]]*[}\]]|"?[\w.-]+"?)/g)) {
    for (const [name] of list.matchAll(/[A-Za-z0-9][\w.-]{0,14}/g)) found.add(name);
  }
  found.delete("lo");
  return [...found].slice(0, 64);
}

/** The fault for a text that nft does not take, in nft's own words. */
export function faultOfNft(says: string, source: string): Fault {
  const errors = says.split("\n").filter((line) => line.includes("Error: "));
  const text = (errors.length === 0 ? [says] : errors).map((line) => line.replace("/dev/stdin:", "line ")).join("; ");
  const remedy = says.includes("Message too long")
    ? "an ordinary user's namespace takes some 600 rules: run it as root, or give a listing in JSON"
    : "mend the text; nft -c -f FILE says the same";
  return new Fault("bad-input", `nft does not take ${source}: ${text}`, remedy);
}
