import { Fault } from "../model/fault.ts";
import type { TrialInterface, TrialPacket } from "../model/trial.ts";
import { decodePacket, madeWhole } from "../packet/captured.ts";
import { encodePacket, type Packet } from "../packet/encode.ts";
import type { Captured } from "../pcap/read.ts";
import { conversationOf } from "./conversation.ts";
import type { PacketDocument } from "./document.ts";
import { layer4Of, layer4Text, versionOfKind } from "./layer4.ts";
import { endsOf, isOwn, macFor, type Version, versionOf, wayTo } from "./wiring.ts";

/** A packet of a test, and what to call it. */
export interface TestPacket extends TrialPacket {
  readonly text: string;
}

/** What packets are made from beside their document. */
export interface Surroundings {
  readonly wiring: readonly TrialInterface[];
  /** The packets of a capture by the name that the document has for it. */
  readonly captureOf: (name: string) => readonly Captured[];
  /** Where the test stands. */
  readonly where: string;
}

/** All packets that an item of `packets:` stands for. */
export function packetsOf(document: PacketDocument, surroundings: Surroundings): TestPacket[] {
  const way = document.in === undefined ? "out" : "in";
  const name = document.in ?? document.out ?? "";
  const gapMs = gapOf(document.rate);
  const repetitions = Array.from({ length: document.times }, (_, at) =>
    onePass(document, at, { ...surroundings, way, name }),
  );
  return repetitions.flatMap((packets, pass) =>
    packets.map((packet, at) => ({
      ...packet,
      afterMs: at > 0 ? 0 : pass > 0 ? gapMs : millisecondsOf(document.after),
    })),
  );
}

interface Pass extends Surroundings {
  readonly way: "in" | "out";
  readonly name: string;
}

type Untimed = Omit<TestPacket, "afterMs">;

function onePass(document: PacketDocument, repetition: number, pass: Pass): Untimed[] {
  const { way, name } = pass;
  const { hex, frame, pcap } = document;
  if (hex !== undefined) return [raw(Buffer.from(hex, "hex"), pass)];
  if (frame !== undefined) return [unframed(Buffer.from(frame, "hex"), pass)];
  if (pcap !== undefined) return pass.captureOf(pcap).map((captured) => ofCapture(captured, pass));

  const layer4 = layer4Of(document, repetition);
  const first = { ...ends(document, pass), ttl: document.ttl ?? 64, layer4 };
  const said = conversationOf(first, document.conversation);
  return said.map(({ isAnswer, ...packet }, number) => {
    const place = isAnswer ? answering(first, pass) : { way, name };
    const text = `${place.way} ${place.name}: ${layer4Text(packet)}`;
    return {
      way: place.way,
      interface: place.name,
      etherType: etherTypeOf(packet.from),
      mac: macFor(packet.to, pass.wiring),
      answers: isAnswer ? number : null,
      bytes: encodePacket(packet).toString("hex"),
      text,
    };
  });
}

const ETHER_TYPES: Readonly<Record<Version, number>> = { 4: 0x0800, 6: 0x86dd };

function etherTypeOf(address: string): number {
  return ETHER_TYPES[versionOf(address)];
}

/** From where to where: as said, else between this host's address on the interface and its neighbour. */
function ends(document: PacketDocument, { wiring, way, name, where }: Pass): Pick<Packet, "from" | "to"> {
  const held = wiring.find((one) => one.name === name);
  const version = versionOfPacket(document, held);
  const [own, theirs] = (held === undefined ? undefined : endsOf(held, version)) ?? [];
  const [near, far] = way === "in" ? [own, theirs] : [theirs, own];
  const { from = far, to = near } = document;
  if (from === undefined || to === undefined) {
    const message = `${name} has no IPv${version} address: from and to have to be said`;
    throw new Fault("bad-input", message, "give the packet from: and to:", { where });
  }
  if (versionOf(from) !== version || versionOf(to) !== version) {
    const message = `it goes from ${from} to ${to}, which are not both IPv${version}`;
    throw new Fault("bad-input", message, "give both of the version of what it carries", { where });
  }
  return { from, to };
}

function versionOfPacket(document: PacketDocument, held: TrialInterface | undefined): Version {
  const given = document.from ?? document.to;
  return versionOfKind(document) ?? (given === undefined ? firstVersion(held) : versionOf(given));
}

function firstVersion(held: TrialInterface | undefined): Version {
  const [first = ""] = held?.addresses ?? [];
  return versionOf(first);
}

/** Whether this host answers, or an answer arrives, and where. */
function answering({ to }: Packet, { way, name, wiring }: Pass): Pick<Pass, "way" | "name"> {
  if (way === "out") return { way: "in", name };
  if (isOwn(to, wiring)) return { way: "out", name };
  return { way: "in", name: wayTo(to, wiring) ?? name };
}

function raw(bytes: Buffer, pass: Pass): Untimed {
  const version = (bytes[0] ?? 0) >> 4 === 6 ? 6 : 4;
  return untimed(bytes, ETHER_TYPES[version], pass);
}

function untimed(bytes: Buffer, etherType: number, { way, name, wiring, where }: Pass): Untimed {
  if (way === "out" && (!isIp(etherType) || bytes.length < (etherType === ETHER_TYPES[4] ? 20 : 40))) {
    throw new Fault(
      "bad-input",
      "what this host sends begins with a whole IP header",
      "say in: INTERFACE for anything else",
      { where },
    );
  }
  const packet = isIp(etherType) ? decodePacket(bytes) : undefined;
  const type = `EtherType 0x${etherType.toString(16).padStart(4, "0")}`;
  const what = packet === undefined ? `${bytes.length} bytes of ${type}` : layer4Text(packet);
  const mac = packet === undefined ? null : macFor(packet.to, wiring);
  return {
    way,
    interface: name,
    etherType,
    mac,
    answers: null,
    bytes: bytes.toString("hex"),
    text: `${way} ${name}: ${what}`,
  };
}

function isIp(etherType: number): boolean {
  return Object.values(ETHER_TYPES).includes(etherType);
}

/** A frame: an address of one machine is replaced by that of the interface. */
function unframed(frame: Buffer, pass: Pass, mend = (bytes: Buffer): Buffer => bytes): Untimed {
  if (frame.length < 15) {
    const { where } = pass;
    throw new Fault("bad-input", "a frame has at least 15 bytes", "give it from its Ethernet header on", { where });
  }
  const sent = untimed(mend(frame.subarray(14)), frame.readUInt16BE(12), pass);
  const isForMany = ((frame[0] ?? 0) & 1) === 1;
  return isForMany ? { ...sent, mac: frame.toString("hex", 0, 6) } : sent;
}

const LINKTYPE = { ethernet: 1, raw: [12, 101, 228, 229] };

function ofCapture({ linkType, bytes }: Captured, pass: Pass): Untimed {
  if (LINKTYPE.raw.includes(linkType)) return raw(madeWhole(bytes), pass);
  if (linkType === LINKTYPE.ethernet) return unframed(bytes, pass, madeWhole);
  const message = `a capture of link type ${linkType} cannot be replayed`;
  throw new Fault("bad-input", message, "capture at an Ethernet interface, or raw IP", { where: pass.where });
}

function gapOf(rate: string | undefined): number {
  const [count = "1", per] = rate?.split("/") ?? [];
  return per === undefined ? 0 : (per === "second" ? 1000 : 60_000) / Number(count);
}

function millisecondsOf(time: string | undefined): number {
  if (time === undefined) return 0;
  return time.endsWith("ms") ? Number.parseInt(time, 10) : Number.parseInt(time, 10) * 1000;
}
