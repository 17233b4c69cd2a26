import { closeSync } from "node:fs";
import { MARK_ETHER_TYPE, type TrialPacket } from "../../core/model/trial.ts";
import { AF, openSocket, sendTo, setOption } from "../libc.ts";
import { type Cable, macOf, type Outside } from "./scratch-namespace.ts";

const IPPROTO_RAW = 255;
const SOL_SOCKET = 1;
const SO_BROADCAST = 6;
const SO_BINDTODEVICE = 25;

/** Sends packets into a scratch namespace, and out of it in the name of its host. */
export class Senders {
  readonly #outside: Outside;
  readonly #cables: ReadonlyMap<string, Cable>;
  readonly #raw = new Map<string, number>();

  constructor(outside: Outside, cables: readonly Cable[]) {
    this.#outside = outside;
    this.#cables = new Map(cables.map((cable) => [cable.name, cable]));
  }

  send({ way, interface: name, etherType, mac, bytes }: TrialPacket): void {
    const packet = Buffer.from(bytes, "hex");
    if (way === "out") this.#sendOut(name, packet);
    else this.#sendIn(name, framed(mac ?? hexOf(this.#cable(name)), etherType, packet));
  }

  /** Sends what tells that all that was sent to an interface before has been dealt with. */
  sendMark(name: string): void {
    this.#sendIn(name, framed(hexOf(this.#cable(name)), MARK_ETHER_TYPE, Buffer.alloc(46)));
  }

  close(): void {
    for (const socket of this.#raw.values()) closeSync(socket);
  }

  #cable(name: string): Cable {
    const cable = this.#cables.get(name);
    if (cable === undefined) throw new Error(`there is no interface ${name}`);
    return cable;
  }

  /** From the other end of the cable, by struct sockaddr_ll (packet(7)). */
  #sendIn(name: string, frame: Buffer): void {
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF.PACKET, 0);
    address.writeInt32LE(this.#cable(name).outsideIndex, 4);
    sendTo(this.#outside.socket, frame, address);
  }

  /** By a raw socket, which takes the header as it is (raw(7)); the route is that of the interface. */
  #sendOut(name: string, packet: Buffer): void {
    const isSix = (packet[0] ?? 0) >> 4 === 6;
    const family = isSix ? AF.INET6 : AF.INET;
    const key = `${family} ${name}`;
    const socket = this.#raw.get(key) ?? rawSocket(family, name);
    this.#raw.set(key, socket);
    const address = Buffer.alloc(isSix ? 28 : 16);
    address.writeUInt16LE(family, 0);
    packet.copy(address, isSix ? 8 : 4, isSix ? 24 : 16, isSix ? 40 : 20);
    if (isSix && packet[24] === 0xfe) address.writeUInt32LE(this.#cable(name).index, 24); // what is link-local needs its link
    sendTo(socket, packet, address);
  }
}

function rawSocket(family: number, name: string): number {
  const socket = openSocket(family, IPPROTO_RAW);
  setOption(socket, SOL_SOCKET, SO_BROADCAST, Buffer.from([1, 0, 0, 0]));
  setOption(socket, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${name}\0`, "latin1"));
  return socket;
}

function hexOf({ index }: Cable): string {
  return macOf(index).replaceAll(":", "");
}

/** An Ethernet frame from a neighbour. */
function framed(mac: string, etherType: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(14);
  head.write(mac, 0, "hex");
  head.write("020000000100", 6, "hex");
  head.writeUInt16BE(etherType, 12);
  return Buffer.concat([head, payload]);
}
