import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import {
  complaintIn,
  droppedIn,
  SNIFFERS,
  type SnifferProgram,
  saysListening,
  snifferWords,
} from "../../core/capture/sniffer-words.ts";
import type { Sniffer, SnifferWish } from "../../core/capture/wish.ts";
import { Fault } from "../../core/model/fault.ts";
import { isInstalled } from "../installed.ts";
import { openPipe } from "../libc.ts";
import { programEnvironment } from "../run-program.ts";

const PIPE_BYTES = 1024 * 1024;
const SAID_MAX = 8000;

/** Starts tcpdump, or dumpcap where that is not installed; it captures when this returns. @throws Fault with its own words */
export async function openSniffer(wish: SnifferWish): Promise<Sniffer> {
  const env = programEnvironment();
  const program = SNIFFERS.find((name) => isInstalled(name, env));
  if (program === undefined) {
    throw new Fault("not-found", "neither tcpdump nor dumpcap is installed", "install tcpdump");
  }
  const { reads, writes } = openPipe(PIPE_BYTES);
  const child = start(program, wish, writes);
  closeSync(writes);
  const said = new Said(child);
  try {
    await said.listening(program, wish.interface);
  } catch (error) {
    closeSync(reads);
    throw error;
  }
  return { program, file: reads, ended: said.dropped(program, wish.interface), stop: () => void child.kill("SIGINT") };
}

function start(program: SnifferProgram, wish: SnifferWish, output: number): ChildProcess {
  const env = programEnvironment();
  // Whatever ends this program ends that one: else it would wait for a packet to see that nobody reads.
  const bound = isInstalled("setpriv", env) ? ["setpriv", "--pdeathsig", "TERM", "--"] : [];
  const inside = wish.netnsPath === undefined ? [] : ["nsenter", `--net=${wish.netnsPath}`, "--"];
  const [file = program, ...args] = [...inside, ...bound, program, ...snifferWords(program, wish)];
  // Its own session: a Ctrl-C at the terminal ends this program, which ends it in order.
  return spawn(file, args, { stdio: ["ignore", output, "pipe"], cwd: "/", env, detached: true });
}

/** What a program says on its standard error, and how it ends. */
class Said {
  #text = "";
  #onText = (): void => {};
  readonly #ended: Promise<number>;

  constructor(child: ChildProcess) {
    child.stderr?.on("data", (chunk) => {
      this.#text = `${this.#text}${chunk}`.slice(-SAID_MAX);
      this.#onText();
    });
    this.#ended = new Promise((resolve) => {
      child.once("error", ({ message }) => {
        this.#text += message;
        resolve(127);
      });
      child.once("close", (code) => resolve(code ?? 128));
    });
  }

  async listening(program: string, device: string): Promise<void> {
    const heard = new Promise<"listening">((resolve) => {
      this.#onText = () => {
        if (saysListening(this.#text)) resolve("listening");
      };
      this.#onText();
    });
    const first = await Promise.race([heard, this.#ended]);
    if (first !== "listening" && first !== 0) throw this.#fault(program, device);
  }

  async dropped(program: string, device: string): Promise<{ readonly dropped: number }> {
    const code = await this.#ended;
    if (code !== 0) throw this.#fault(program, device);
    return { dropped: droppedIn(this.#text) };
  }

  #fault(program: string, device: string): Fault {
    const isDenied = /permission|not permitted/i.test(this.#text);
    const remedy = isDenied
      ? "run it as root, or with CAP_NET_RAW"
      : "see pcap-filter(7) for filters, ip link for interfaces";
    const words = complaintIn(this.#text) || "it ended without a word";
    return new Fault(isDenied ? "not-permitted" : "refused", `cannot capture ${device}: ${program}: ${words}`, remedy);
  }
}
