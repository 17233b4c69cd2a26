import { expect } from "vitest";
import type { NetlogEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, MAIN, type Running } from "./lab.ts";

/** A `netlogctl packets stream` or `flows stream` in a lab that listens. */
export interface Stream {
  readonly pid: string;
  /** Of packets: which groups it says that it reads. */
  readonly groups: string;
  readonly running: Running;
  signal(name: "INT" | "TERM" | "HUP" | "STOP" | "CONT" | "KILL"): Promise<void>;
  /** How it ended, with all that it wrote. */
  ended(): Promise<StreamRan>;
}

export interface StreamRan {
  readonly code: number | null;
  readonly lines: string[];
  /** What it said once it listened. */
  readonly said: readonly string[];
}

/** Half a minute is its end, come what may. */
const AT_LAST = ["--timeout", "30s"];
const PACKETS = { noun: "packets", says: "reading NFLOG group " };
const FLOWS = { noun: "flows", says: "reading flows" };
const TO_FILE = 'echo "pid $$" >&2; exec "$@" > "/run/stream-$$"';
const LIVE = 'echo "pid $$" >&2; exec "$@"';

/** Starts a stream whose output goes to a file, so that no line of it is missed; it listens when this returns. */
export async function openStream(lab: Lab, ...args: string[]): Promise<Stream> {
  return await opened(lab, PACKETS, TO_FILE, args);
}

/** Starts a stream whose lines can be awaited. */
export async function openLiveStream(lab: Lab, ...args: string[]): Promise<Stream> {
  return await opened(lab, PACKETS, LIVE, args);
}

/** The same of flows: the kernel's table was gone through once when its first line comes. */
export async function openFlowStream(lab: Lab, ...args: string[]): Promise<Stream> {
  return await opened(lab, FLOWS, TO_FILE, args);
}

export async function openLiveFlowStream(lab: Lab, ...args: string[]): Promise<Stream> {
  return await opened(lab, FLOWS, LIVE, args);
}

/** nsenter stops with its child: there is one in between that does not. */
const HELD = 'sh -c "$0" sh "$@"; exit "$?"';

async function opened(
  lab: Lab,
  { noun, says }: typeof PACKETS,
  script: string,
  args: readonly string[],
): Promise<Stream> {
  const limit = args.includes("--timeout") ? [] : AT_LAST;
  const running = lab.start("sh", ["-c", HELD, script, process.execPath, MAIN, noun, "stream", ...limit, ...args]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  const groups = (await running.line(says)).replace(/^.* group /, "");
  return {
    pid,
    groups,
    running,
    signal: async (name) => {
      expect(await lab.run("kill", [`-${name}`, pid])).toMatchObject({ code: 0 });
    },
    ended: async () => {
      const code = await running.ended;
      const text = (await lab.text(`/run/stream-${pid}`)) ?? "";
      expect(text === "" || text.endsWith("\n")).toBe(true);
      return { code, lines: text.split("\n").slice(0, -1), said: running.rest() };
    },
  };
}

/** The events that a stream that ended well wrote. */
export async function eventsOf(stream: Stream): Promise<NetlogEvent[]> {
  const { code, lines, said } = await stream.ended();
  expect({ code, said }).toEqual({ code: 0, said: [] });
  return lines.map((line) => JSON.parse(line) as NetlogEvent);
}

/** Two interfaces v0 (192.0.2.1, 2001:db8::1) and v1 that are the ends of one cable, and w1, whose other end w0 is a port of br0. */
const CABLES = `
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip link add br0 address 02:00:00:00:00:05 type bridge
ip link set w0 master br0
for name in v0 v1 w0 w1 br0; do ip link set $name addrgenmode none up; done
ip address add 192.0.2.1/24 dev v0
ip address add 2001:db8::1/64 dev v0 nodad
`;

export async function layCables(lab: Lab): Promise<void> {
  expect(await lab.run("sh", ["-ec", CABLES])).toMatchObject({ code: 0, stderr: "" });
}

export async function ruleset(lab: Lab, text: string): Promise<void> {
  expect(await lab.run("nft", ["-f", "-"], text)).toMatchObject({ code: 0, stderr: "" });
}

/** Sends frames in at one end of a cable. */
export async function sendFrames(lab: Lab, name: string, ...frames: Buffer[]): Promise<void> {
  const hex = frames.map((frame) => frame.toString("hex"));
  expect(await lab.run(process.execPath, [`${HELPERS}/send-frames.js`, name, ...hex])).toMatchObject({ code: 0 });
}

/** A frame of Ethernet from 02:00:00:00:00:02. */
export function frame(etherType: number, payload: Buffer, to = "020000000001"): Buffer {
  const header = Buffer.from(`${to}0200000000020000`, "hex");
  header.writeUInt16BE(etherType, 12);
  return Buffer.concat([header, payload]);
}

/** Sends a packet of UDP over lo to each of these ports; its rule has seen it when this returns. */
export async function sendUdp(lab: Lab, ...ports: number[]): Promise<void> {
  const script = ports.map((port) => `echo ${port} > /dev/udp/127.0.0.1/${port}`).join("; ");
  await lab.run("bash", ["-c", script]); // whom it may tell that nobody listens there
}
