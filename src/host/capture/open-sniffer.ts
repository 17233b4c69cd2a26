import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import {
  complaintIn,
  droppedIn,
  SNIFFERS,
  type SnifferProgram,
  saysListening,
  saysNoUser,
  snifferWords,
} from "../../core/capture/sniffer-words.ts";
import type { Sniffer, SnifferWish } from "../../core/capture/wish.ts";
import { Fault } from "../../core/model/fault.ts";
import { isInstalled } from "../installed.ts";
import { openPipe } from "../libc.ts";
import { programEnvironment } from "../run-program.ts";

const PIPE_BYTES = 1024 * 1024;
const SAID_MAX = 8000;

/**
 * Starts tcpdump, or dumpcap where that is not installed, or cannot become the user that it wants to be; it captures when this
 * returns. @throws Fault with its own words
 */
export async function openSniffer(wish: SnifferWish): Promise<Sniffer> {
  const env = programEnvironment();
  const [program, other] = SNIFFERS.filter((name) => isInstalled(name, env));
  if (program === undefined) {
    throw new Fault("not-found", "neither tcpdump nor dumpcap is installed", "install tcpdump");
  }
  const first = await started(program, wish);
  const sniffer = first.saysNoUser && other !== undefined ? await started(other, wish) : first;
  if (sniffer.fault !== undefined) throw sniffer.fault;
  return sniffer;
}

interface Started extends Sniffer {
  /** Why it does not capture. */
  readonly fault: Fault | undefined;
  readonly saysNoUser: boolean;
}

async function started(program: SnifferProgram, wish: SnifferWish): Promise<Started> {
  const { reads, writes } = openPipe(PIPE_BYTES);
  const child = start([program, ...snifferWords(program, wish)], wish.netnsPath, writes);
  closeSync(writes);
  const said = new Said(child, program, wish.interface);
  const fault = await said.listening();
  if (fault !== undefined) closeSync(reads);
  const stop = (): void => void child.kill("SIGINT");
  const ended = said.dropped();
  ended.catch(() => {}); // whoever reads the pipe asks for it at the end
  return { program, file: reads, ended, stop, fault, saysNoUser: saysNoUser(said.text) };
}

function start(words: readonly string[], netnsPath: string | undefined, output: number): ChildProcess {
  const env = programEnvironment();
  // Whatever ends this program ends that one, unless it became another user: else it waits for a packet to see that nobody reads.
  const bound = isInstalled("setpriv", env) ? ["setpriv", "--pdeathsig", "TERM", "--"] : [];
  const inside = netnsPath === undefined ? [] : ["nsenter", `--net=${netnsPath}`, "--"];
  const [file = "", ...args] = [...inside, ...bound, ...words];
  // Its own session: a Ctrl-C at the terminal ends this program, which ends it in order.
  return spawn(file, args, { stdio: ["ignore", output, "pipe"], cwd: "/", env, detached: true });
}

/** What a program says on its standard error, and how it ends. */
class Said {
  text = "";
  readonly #program: string;
  readonly #device: string;
  #onText = (): void => {};
  readonly #ended: Promise<number>;

  constructor(child: ChildProcess, program: string, device: string) {
    this.#program = program;
    this.#device = device;
    child.stderr?.on("data", (chunk) => {
      this.text = `${this.text}${chunk}`.slice(-SAID_MAX);
      this.#onText();
    });
    this.#ended = new Promise((resolve) => {
      child.once("error", ({ message }) => {
        this.text += message;
        resolve(127);
      });
      child.once("close", (code) => resolve(code ?? 128));
    });
  }

  /** Waits until it captures; why it does not, if it ends before. */
  async listening(): Promise<Fault | undefined> {
    const heard = new Promise<"listening">((resolve) => {
      this.#onText = () => {
        if (saysListening(this.text)) resolve("listening");
      };
      this.#onText();
    });
    const first = await Promise.race([heard, this.#ended]);
    return first === "listening" || first === 0 ? undefined : this.#fault();
  }

  /** @throws Fault */
  async dropped(): Promise<{ readonly dropped: number }> {
    if ((await this.#ended) !== 0) throw this.#fault();
    return { dropped: droppedIn(this.text) };
  }

  #fault(): Fault {
    const isDenied = /permission|not permitted/i.test(this.text);
    const remedy = isDenied
      ? "run it as root, or with CAP_NET_RAW"
      : "see pcap-filter(7) for filters, ip link for interfaces";
    const words = complaintIn(this.text) || "it ended without a word";
    const message = `cannot capture ${this.#device}: ${this.#program}: ${words}`;
    return new Fault(isDenied ? "not-permitted" : "refused", message, remedy);
  }
}
