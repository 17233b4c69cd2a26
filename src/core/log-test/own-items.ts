import { MARK_ETHER_TYPE } from "../model/trial.ts";
import type { JsonObject } from "../nft/json.ts";
import type { DocumentOptions } from "./instrument.ts";

/** Our own tables beside those that are tried. */
export const OWN_TABLE = "netlogctl-trial";

/** Before all else. */
const FIRST = -2147483648;

/** What stands beside the rules that are tried: what hears the end, what keeps the host quiet, and what has packets traced. */
export function ownItems({ wiring, mayAnswer, isTraced }: DocumentOptions, markGroup: number): JsonObject[] {
  const devices = wiring.map(({ name }) => name).filter((name) => name !== "lo");
  const [arriving, leaving] = [
    { family: "netdev", table: OWN_TABLE },
    { family: "inet", table: OWN_TABLE },
  ];
  const trace = isTraced ? [{ mangle: { key: { meta: { key: "nftrace" } }, value: 1 } }] : [];
  const rule = (place: JsonObject, ...expr: JsonObject[]): JsonObject => ({ rule: { ...place, expr } });
  return [
    { table: { family: "netdev", name: OWN_TABLE } },
    { table: { family: "inet", name: OWN_TABLE } },
    ...devices.flatMap((dev) => {
      const chain = { ...arriving, name: dev, type: "filter", hook: "ingress", prio: FIRST, policy: "accept", dev };
      const mark = rule(
        { ...arriving, chain: dev },
        is({ payload: { protocol: "ether", field: "type" } }, MARK_ETHER_TYPE),
        { log: { group: markGroup } },
        { drop: null },
      );
      return [{ chain }, mark, ...(isTraced ? [rule({ ...arriving, chain: dev }, ...trace)] : [])];
    }),
    { chain: { ...leaving, name: "output", type: "filter", hook: "output", prio: FIRST, policy: "drop" } },
    rule({ ...leaving, chain: "output" }, OURS, ...trace, { accept: null }),
    ...(mayAnswer
      ? answers().map((expr) => rule({ ...leaving, chain: "output" }, ...expr, ...trace, { accept: null }))
      : []),
  ];
}

/** What comes from a program has an owner; what the kernel says by itself has none. */
const OURS = { match: { op: ">=", left: { meta: { key: "skuid" } }, right: 0 } };

/** What the stack says to somebody; what it says to keep its tables is noise. */
function answers(): JsonObject[][] {
  const l4 = { meta: { key: "l4proto" } };
  return [
    [is(l4, { set: ["tcp", "udp", "icmp", "sctp"] })],
    [
      is(
        { payload: { protocol: "icmpv6", field: "type" } },
        { set: ["destination-unreachable", "packet-too-big", "time-exceeded", "parameter-problem", "echo-reply"] },
      ),
    ],
  ];
}

function is(left: JsonObject, right: number | JsonObject): JsonObject {
  return { match: { op: "==", left, right } };
}
