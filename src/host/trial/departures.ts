import { closeSync } from "node:fs";
import type { TrialPacket } from "../../core/model/trial.ts";
import { answerTo } from "../../core/packet/captured.ts";
import { receiveFrame, waitFor } from "../libc.ts";
import type { Cable, Outside } from "./scratch-namespace.ts";

const PACKET_OUTGOING = 4;
const ETHER_HEAD = 14;
/** The kernel hands a packet on at once, unless it puts that off. */
const WAIT_MS = 50;

/** A packet as it left the scratch namespace. */
interface Departure {
  readonly interface: string;
  readonly bytes: Buffer;
}

/** Hears what leaves a scratch namespace, and answers it: NAT may have changed it. */
export class Departures {
  readonly #ear: number;
  readonly #cables: readonly Cable[];
  readonly #buffer = Buffer.allocUnsafe(128 * 1024);
  /** By the number of the packet that left so. */
  readonly #left = new Map<number, Departure>();

  constructor(outside: Outside, cables: readonly Cable[]) {
    this.#ear = outside.openEar();
    this.#cables = cables;
  }

  /** Forgets what has been heard: what is heard next is of the packet that is sent next. */
  forget(): void {
    while (receiveFrame(this.#ear, this.#buffer) !== undefined);
  }

  /** Keeps how the packet of this number left, if it does. */
  keep(number: number, { etherType }: TrialPacket): void {
    while (waitFor(this.#ear, WAIT_MS)) {
      const heard = receiveFrame(this.#ear, this.#buffer);
      if (heard === undefined || heard.kind === PACKET_OUTGOING) continue;
      const cable = this.#cables.find(({ outsideIndex }) => outsideIndex === heard.index);
      if (cable === undefined || heard.frame.readUInt16BE(12) !== etherType) continue;
      this.#left.set(number, { interface: cable.name, bytes: Buffer.from(heard.frame.subarray(ETHER_HEAD)) });
      return;
    }
  }

  /** An answer as it comes to what left; as it was planned where nothing did. */
  answered(number: number, packet: TrialPacket): TrialPacket {
    const left = packet.answers === null ? undefined : this.#left.get(number - packet.answers);
    if (left === undefined) return packet;
    const bytes = answerTo(Buffer.from(packet.bytes, "hex"), left.bytes).toString("hex");
    return { ...packet, way: "in", interface: left.interface, bytes };
  }

  close(): void {
    closeSync(this.#ear);
  }
}
