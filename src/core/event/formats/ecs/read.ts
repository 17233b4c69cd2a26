import { protocolName } from "../../../packet/protocol-names.ts";
import type { PacketEvent } from "../../event.ts";
import { present } from "../../present.ts";
import { type Fields, fieldsOf, numberOf, textOf, U16, U32, wordOf } from "../json-fields.ts";

/** What ECS's own fields say of a packet. */
export function partsIn(fields: Fields): { fields: Partial<PacketEvent>; ether: { src?: string; dst?: string } } {
  const [source, target] = [fieldsOf(fields["source"]) ?? {}, fieldsOf(fields["destination"]) ?? {}];
  const network = fieldsOf(fields["network"]) ?? {};
  const observer = fieldsOf(fields["observer"]) ?? {};
  const user = fieldsOf(fields["user"]) ?? {};
  const [inward, outward] = [interfaceIn(observer["ingress"]), interfaceIn(observer["egress"])];
  const ether = present<{ src?: string; dst?: string }>({ src: macIn(source["mac"]), dst: macIn(target["mac"]) });
  const found = present<Partial<PacketEvent>>({
    host: wordOf(observer["hostname"]),
    in: wordOf(inward["name"]),
    in_index: digitsIn(inward["id"]),
    out: wordOf(outward["name"]),
    out_index: digitsIn(outward["id"]),
    uid: digitsIn(user["id"]),
    gid: digitsIn(fieldsOf(user["group"])?.["id"]),
    program: wordOf(fieldsOf(fields["process"])?.["name"]),
    src: wordOf(source["ip"] ?? source["address"]),
    dst: wordOf(target["ip"] ?? target["address"]),
    proto: protoIn(network),
    sport: numberOf(source["port"], U16),
    dport: numberOf(target["port"], U16),
    src_name: wordOf(source["domain"]),
    dst_name: wordOf(target["domain"]),
    community_id: wordOf(network["community_id"]),
  });
  return { fields: found, ether };
}

function interfaceIn(end: unknown): Fields {
  return fieldsOf(fieldsOf(end)?.["interface"]) ?? {};
}

function protoIn(network: Fields): string | undefined {
  const name = wordOf(network["transport"]);
  if (name !== undefined) return name === "ipv6-icmp" ? "icmpv6" : name;
  const number = digitsIn(network["iana_number"]);
  return number === undefined || number > 255 ? undefined : protocolName(number);
}

/** ECS has numbers that are names as text. */
function digitsIn(value: unknown): number | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d{1,10}$/.test(text) ? numberOf(Number(text), U32) : undefined;
}

const MAC = /^(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}$/;

function macIn(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && MAC.test(text) ? text.replaceAll("-", ":").toLowerCase() : undefined;
}
