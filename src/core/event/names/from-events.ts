import type { PacketEvent } from "../event.ts";
import { addressKey, hostName } from "./host-name.ts";

/** A name that was seen to be given to an address. */
export interface SeenName {
  readonly address: string;
  readonly name: string;
  readonly seconds: number;
}

type Dns = NonNullable<PacketEvent["dns"]>;

const CHAIN_MAX = 16;

/**
 * What an answer of DNS says of addresses: that the name that was asked for has them, over its chain of aliases. Of
 * other records, which nobody asked for, nothing is believed.
 */
export function namesOfDns({ qr, rcode, questions, answers }: Dns): SeenName[] {
  const asked = hostName(questions[0]?.name ?? "");
  if (qr !== "response" || rcode !== 0 || questions.length !== 1 || asked === undefined) return [];
  const chain = chainFrom(asked, answers);
  return answers.flatMap(({ name, type, ttl, data = "" }) => {
    const seconds = chain.get(hostName(name) ?? "");
    const address = type === "A" || type === "AAAA" ? addressKey(data) : undefined;
    return seconds === undefined || address === undefined
      ? []
      : [{ address, name: asked, seconds: Math.min(seconds, ttl) }];
  });
}

/** The names that the asked one stands for, and how long each may be held. */
function chainFrom(asked: string, answers: Dns["answers"]): ReadonlyMap<string, number> {
  const aliases = new Map(
    answers.filter(({ type }) => type === "CNAME").map((record) => [hostName(record.name), record]),
  );
  const chain = new Map([[asked, Number.POSITIVE_INFINITY]]);
  let [name, seconds] = [asked, Number.POSITIVE_INFINITY];
  for (let step = 0; step < CHAIN_MAX; step += 1) {
    const alias = aliases.get(name);
    const target = hostName(alias?.data ?? "");
    if (alias === undefined || target === undefined || chain.has(target)) break;
    [name, seconds] = [target, Math.min(seconds, alias.ttl)];
    chain.set(name, seconds);
  }
  return chain;
}

/** Puts together who asks for a lease, which has the name, and the answer, which has the address. */
export interface DhcpNames {
  seen(dhcp: NonNullable<PacketEvent["dhcp"]>): SeenName[];
}

const ASKING_MAX = 1024;
const LEASE_SECONDS = 3600;

/** The names by which clients asked for their leases (RFC 2132 section 3.14), once a server has granted them. */
export function createDhcpNames(): DhcpNames {
  const asking = new Map<string, string>();

  function ask(key: string, name: string): void {
    asking.set(key, name);
    const [oldest] = asking.keys();
    if (asking.size > ASKING_MAX && oldest !== undefined) asking.delete(oldest);
  }

  return {
    seen(dhcp) {
      const key = `${dhcp.xid} ${dhcp.client_mac}`;
      const name = hostName(dhcp.hostname ?? "") ?? asking.get(key);
      if (name === undefined) return [];
      if (dhcp.type === "REQUEST") ask(key, name);
      return dhcp.type === "ACK" ? grantedTo(name, dhcp) : [];
    },
  };
}

function grantedTo(name: string, { yours = "", lease_seconds }: NonNullable<PacketEvent["dhcp"]>): SeenName[] {
  const address = addressKey(yours);
  if (address === undefined || address === "0.0.0.0") return [];
  return [{ address, name, seconds: lease_seconds ?? LEASE_SECONDS }];
}
