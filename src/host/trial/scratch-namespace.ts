import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import type { TrialInterface } from "../../core/model/trial.ts";
import { AF, enterNetwork, memoryFile, openSocket, setUp, unshareNetwork } from "../libc.ts";
import { awaitLocalAddresses } from "./local-addresses.ts";
import { TrialFailure } from "./trial-failure.ts";

const SYSCTL = "/proc/sys/net";
const ETH_P_ALL = 0;

/** Where the other ends of the cables are: the world around the scratch namespaces, in which nothing answers. */
export class Outside {
  readonly #namespace: number;
  /** A packet socket in it, bound to no protocol, so that it receives nothing. */
  readonly socket: number;
  #index = 1000;

  constructor() {
    unshareNetwork();
    write(`${SYSCTL}/ipv6/conf/default/disable_ipv6`, "1");
    this.#namespace = openSync("/proc/thread-self/ns/net", "r");
    this.socket = openSocket(AF.PACKET, ETH_P_ALL);
  }

  /** A number that no interface of it has had. */
  nextIndex(): number {
    this.#index += 1;
    return this.#index;
  }

  /** The path by which a program that this process starts finds it. */
  get path(): string {
    return `/proc/${process.pid}/fd/${this.#namespace}`;
  }

  /** A packet socket in it that hears all that arrives there. */
  openEar(): number {
    const inside = openSync("/proc/thread-self/ns/net", "r");
    this.enter();
    try {
      return openSocket(AF.PACKET, 0x0300); // ETH_P_ALL in the order of the network
    } finally {
      enterNetwork(inside);
      closeSync(inside);
    }
  }

  /** Back into it, which ends the scratch namespace that was left. */
  enter(): void {
    enterNetwork(this.#namespace);
  }
}

/** An interface of a scratch namespace, and the index of the other end of its cable. */
export interface Cable extends TrialInterface {
  readonly index: number;
  readonly outsideIndex: number;
}

/** Goes into a new network namespace with these interfaces. */
export function enterScratch(outside: Outside, interfaces: readonly TrialInterface[]): Cable[] {
  unshareNetwork();
  setSwitches();
  const cables = interfaces.map((one, at) => ({ ...one, index: 10 + at, outsideIndex: outside.nextIndex() }));
  const wired = cables.filter(({ name }) => name !== "lo");
  const ups = wired.map(({ name }) => `link set dev ${name} up`);
  batch(["link set lo up", ...wired.map((cable) => linkLine(cable, outside)), ...ups]);
  // Of a cable the end that is set up last can send at once; the other drops what it is to send until the kernel has dealt
  // with its carrier (net/core/link_watch.c), which it does when it is asked of the link (rtnl_getlink).
  for (const { outsideIndex } of wired) setUp(outside.socket, `p${outsideIndex}`);
  batch([...cables.flatMap(addressLines), ...wired.map(({ name }) => `link show dev ${name}`)]);
  awaitLocalAddresses();
  return cables;
}

/** It routes, it believes every source, and it says nothing by itself. */
function setSwitches(): void {
  const values = {
    "ipv4/ip_forward": "1",
    "ipv4/conf/all/rp_filter": "0",
    "ipv4/conf/default/rp_filter": "0",
    "ipv6/conf/all/forwarding": "1",
    "ipv6/conf/default/forwarding": "1",
    "ipv6/conf/default/accept_ra": "0",
    "ipv6/conf/default/dad_transmits": "0",
    "ipv6/conf/default/addr_gen_mode": "1",
  };
  for (const [name, value] of Object.entries(values)) write(`${SYSCTL}/${name}`, value);
}

function write(path: string, value: string): void {
  try {
    writeFileSync(path, value);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // no IPv6 here
    throw error;
  }
}

/** What IP can have at most: how long packets are is the test's affair. */
const MTU = 65_535;

function linkLine({ name, index, outsideIndex }: Cable, outside: Outside): string {
  const peer = `peer name p${outsideIndex} index ${outsideIndex} mtu ${MTU} arp off netns ${outside.path}`;
  return `link add name ${name} index ${index} address ${macOf(index)} mtu ${MTU} arp off type veth ${peer}`;
}

/** The address of an interface of the scratch namespace. */
export function macOf(index: number): string {
  return `02:00:00:00:00:${index.toString(16).padStart(2, "0")}`;
}

/** Every interface has an address of its link, as IPv6 wants it (RFC 4291, 2.1). */
function addressLines({ name, index, addresses, routes }: Cable): string[] {
  const hasLocal = name === "lo" || addresses.some((address) => /^fe[89ab]/i.test(address));
  const all = hasLocal ? addresses : [...addresses, `fe80::200:ff:fe00:${index.toString(16)}/64`];
  const added = all.map((address) => `addr add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`);
  return [...added, ...routes.map((route) => `route replace ${route} dev ${name}`)];
}

function batch(lines: readonly string[]): void {
  if (lines.length > 0) runOn("set up its interfaces", "ip", ["-batch", "-"], `${lines.join("\n")}\n`);
}

/** What a program has against it, on one line, without where it stands in what it was handed. */
function saidBy(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.replace(/^(internal:0:0-0|\/dev\/stdin:\S+): /, "").trim());
  return [...new Set(lines.filter((line) => line !== "" && !/^[\^~ ]+$/.test(line)))]
    .slice(0, 3)
    .join("; ")
    .slice(0, 500);
}

/** Runs a program with a file as its standard input, which it can also open by name. */
export function runOn(doing: string, program: string, args: readonly string[], input: string): string {
  const file = memoryFile("input");
  try {
    writeSync(file, input, 0); // leaves its offset where it is: at the beginning
    const ran = spawnSync(program, args, {
      stdio: [file, "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      timeout: 60_000,
    });
    if (ran.error !== undefined) throw new TrialFailure(doing, `${program} cannot be run: ${ran.error.message}`, false);
    if (ran.status !== 0) throw new TrialFailure(doing, saidBy(ran.stderr) || `${program} ended with ${ran.status}`);
    return ran.stdout;
  } finally {
    closeSync(file);
  }
}
