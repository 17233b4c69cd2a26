// What goes on beside: reloads, changes of rules, namespaces and interfaces that come and go, questions to the store, clients that vanish.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ENV, netlogctl, ok } from "../../bench/lab.js";
import { INTENT, OTHER_INTENT, SERVE, serveIntent } from "./intents.js";
import { PASSING, PORTS, SOCKET, STORE, until } from "./world.js";

const SEND_FRAMES = fileURLToPath(new URL("../helpers/send-frames.js", import.meta.url));
const RUN_MS = 180_000;
const SAID_MAX = 2000;

/** Runs a program to its end. */
export function run([file, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env: ENV, stdio: ["ignore", "pipe", "pipe"] });
    const told = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        if (told[name].length < SAID_MAX) told[name] += text.slice(0, SAID_MAX);
      });
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), RUN_MS);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, ...told });
    });
  });
}

/** Everything that is done beside, by name; what goes wrong is kept. */
export class Churn {
  counts = {};
  failures = [];
  /** Whether the service reads the group that comes and goes. */
  hasPassing = true;
  #world;
  #any;
  #made = 0;
  #rates = {};
  #acts = {
    reload: () => this.#reload(),
    apply: () => this.#apply(),
    flush: () => this.#must("nft", "flush", "chain", "inet", "gate", "in"),
    namespace: () => this.#namespace(),
    interface: () => this.#interface(),
    "packets query": () => this.#ask("packets", "query", "--since", "20s", "-n", "2000", "--json"),
    "packets summary": () => this.#ask("packets", "query", "--summary"),
    "flows query": () => this.#ask("flows", "query", "-n", "500", "--event", "destroy"),
    trail: () => this.#ask("trail", "127.0.0.1", "--since", "5s", "-n", "500", "--json"),
    vanish: () => this.#vanish(),
    "bad request": () => this.#vanish("no JSON\n"),
    "conntrack flush": () => this.#must("conntrack", "-F"),
    status: () => this.#ask("status", "--json"),
    capture: () => this.#ask("capture", "list", "--ring", "/var/log/ring", "--json"),
  };

  /** @param any a number below another */
  constructor(world, any) {
    this.#world = world;
    this.#any = any;
  }

  /** Rates that are asked for meanwhile: those of the passing group wait while the service reads it not. */
  rates(rates) {
    this.#rates = rates;
  }

  /** Does one thing. */
  async once() {
    const names = Object.keys(this.#acts);
    const name = names[this.#any(names.length)];
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    try {
      await this.#acts[name]();
    } catch (error) {
      this.failures.push(`${name}: ${error.message}`);
    }
  }

  async #must(...words) {
    const { code, stdout, stderr } = await run(words);
    if (code === 0 && !/^\s+at .*:\d+/m.test(stderr)) return stdout;
    this.failures.push(
      `${words.join(" ").replace(/^.*netlogctl\.cjs/, "netlogctl")} ended with ${code}: ${stderr || stdout}`,
    );
    return undefined;
  }

  #ask(...words) {
    return this.#must(...netlogctl(...words));
  }

  /** Nothing is sent to the passing group while nobody reads it, and that is not waited for: all that was sent before is told. */
  async #reload() {
    const { plain, sender } = this.#world;
    const port = PORTS[PASSING];
    const isToPass = this.#any(2) === 0;
    this.hasPassing = false; // until it is read again
    const variant = {
      payload: 64 << this.#any(4),
      keep: 12 + this.#any(5),
      kept: 2 + this.#any(2),
      names: this.#any(2) === 0,
    };
    writeFileSync(SERVE, serveIntent({ hasPassing: isToPass, ...variant }));
    await sender("rates", { [port]: 0 });
    plain.serve.said.length = 0;
    plain.serve.kill("SIGHUP");
    await until(
      () => plain.serve.said.some((line) => /read the intent again|goes on as before/.test(line)),
      "the intent is read again",
    );
    if (plain.serve.said.some((line) => line.includes("goes on as before")))
      this.failures.push(plain.serve.said.join("; "));
    this.hasPassing = isToPass;
    if (isToPass) await sender("rates", { [port]: this.#rates[port] ?? 0 });
  }

  async #apply() {
    const file = this.#any(2) === 0 ? INTENT : OTHER_INTENT;
    await this.#ask("rules", "apply", "-f", file, "--yes", "--replan", "--lock-timeout", "120");
  }

  async #namespace() {
    this.#made += 1;
    const name = `soak${this.#made}`;
    await this.#must("ip", "netns", "add", name);
    await this.#ask("default", "log", "inet", "user", "group", "0", "--netns", name, "--lock-timeout", "120");
    if (this.#any(2) === 0)
      await this.#ask("packets", "stream", "-g", "5", "--netns", name, "--timeout", "1s", "--json");
    await this.#ask("status", "--netns", name, "--json");
    await this.#must("ip", "netns", "delete", name);
  }

  /** A cable whose end is renamed between packets. */
  async #interface() {
    this.#made += 1;
    const [out, into, renamed] = ["so", "sv", "svr"].map((start) => `${start}${this.#made}`);
    await this.#must("ip", "link", "add", out, "type", "veth", "peer", "name", into);
    await this.#must("ip", "link", "set", into, "address", "02:00:00:00:00:01", "up");
    await this.#must("ip", "link", "set", out, "up");
    await this.#frames(out);
    await this.#must("ip", "link", "set", into, "down");
    await this.#must("ip", "link", "set", into, "name", renamed, "up");
    await this.#frames(out);
    await this.#must("ip", "link", "delete", out);
  }

  #frames(name) {
    return this.#must(process.execPath, SEND_FRAMES, name, ...Array(5).fill(FRAME));
  }

  /** Somebody who subscribes, and is gone a moment later. */
  async #vanish(request = '{"subscribe":["nft:*"],"after":0}\n') {
    const socket = connect(SOCKET);
    socket.on("error", () => {});
    socket.write(request);
    await pause(this.#any(500));
    socket.destroy();
  }
}

/** UDP from 10.77.0.2 to port 9004 of 10.77.0.1, without a sum. */
const FRAME = `020000000001${"020000000002"}0800${"4500002000004000401126310a4d00020a4d0001"}${"04d2232c000c0000"}${"736f616b"}`;

/** The store, as it stands on the disk. */
export const storeBytes = () => Number(ok("stat", "-c", "%s", STORE));
