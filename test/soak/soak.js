// Load, and between its rounds rest, in which everything has to add up.
import { setTimeout as pause } from "node:timers/promises";
import { netlogctl, ok } from "../../bench/lab.js";
import { createRandom } from "../../scripts/fuzz/random.js";
import { Account, lineCutter } from "./account.js";
import { Churn, storeBytes } from "./churn.js";
import { unaccounted } from "./equations.js";
import { STORE_BYTES_MAX } from "./intents.js";
import { RingAccount } from "./ring.js";
import { runLines } from "./run-lines.js";
import { descriptors, directorySizes, growing, inMib, memoryOf, sampleOf } from "./samples.js";
import { countersOf, figuresOf, openWorld, PASSING, PORTS, until } from "./world.js";

const SAMPLE_MS = 10_000;
const LOOK_MS = 500;
/** So long nothing may come of what is still missing. */
const STALLED_MS = 100_000;
const RATES = [0, 0, 20, 100, 400, 1000];
const BURST_MAX = 12_000;
const FLOWS_MAX = 3000;

export class Soak {
  problems = [];
  #world;
  #churn;
  #any;
  #ring = new RingAccount();
  #samples = {};
  #sizes = [];
  #settled = [];
  #began = performance.now();
  #timers = [];

  /** @param seed of all that is chosen by chance */
  static async open(seed) {
    const soak = new Soak();
    soak.#any = createRandom(seed).below;
    soak.#world = await openWorld(seed);
    soak.#churn = new Churn(soak.#world, soak.#any);
    soak.#samples = Object.fromEntries(Object.keys(soak.#world.pids).map((name) => [name, []]));
    soak.#timers = [setInterval(() => soak.#ring.look(), LOOK_MS), setInterval(() => soak.#sample(), SAMPLE_MS)];
    soak.#sample();
    return soak;
  }

  get isBroken() {
    return this.problems.length > 20 || this.#dead().length > 0;
  }

  #minutes() {
    return (performance.now() - this.#began) / 60_000;
  }

  #sample() {
    const minute = this.#minutes();
    for (const [name, pid] of Object.entries(this.#world.pids)) {
      const sample = sampleOf(pid);
      if (sample !== undefined) this.#samples[name].push([minute, sample]);
    }
    this.#sizes.push([minute, directorySizes()]);
  }

  #dead() {
    return Object.entries(this.#world.plain).filter(([, { code }]) => code !== undefined);
  }

  /** So many seconds of packets at rates that change, of flows, and of everything that goes on beside. */
  async load(seconds) {
    const end = performance.now() + seconds * 1000;
    await this.#hurry(false);
    await Promise.all([this.#send(end), this.#stir(end)]);
  }

  async #send(end) {
    const { sender } = this.#world;
    while (performance.now() < end) {
      const rates = Object.fromEntries(Object.values(PORTS).map((port) => [port, RATES[this.#any(RATES.length)]]));
      this.#churn.rates(rates);
      await sender("rates", this.#churn.hasPassing ? rates : { ...rates, [PORTS[PASSING]]: 0 });
      if (this.#any(3) === 0) await this.#burst();
      if (this.#any(3) === 0) await sender("flows", this.#any(FLOWS_MAX));
      await pause(500 + this.#any(4000));
    }
  }

  /** More at once than is read meanwhile. */
  async #burst() {
    const ports = Object.entries(PORTS).filter(([group]) => Number(group) !== PASSING);
    const [, port] = ports[this.#any(ports.length)];
    await this.#world.sender("burst", { port, count: this.#any(BURST_MAX) });
  }

  async #stir(end) {
    while (performance.now() < end) {
      await this.#churn.once();
      await pause(this.#any(500));
    }
  }

  async #hurry(isSo) {
    const { taps, clients } = this.#world;
    await Promise.all([...Object.values(taps), ...Object.values(clients)].map((one) => one("hurry", isSo)));
  }

  /** Nothing is sent, everybody hurries: then all is accounted for, and nobody holds more than before. */
  async check() {
    await this.#world.sender("stop");
    await this.#hurry(true);
    let missing = await this.#missing();
    let [least, since] = [JSON.stringify(missing), performance.now()];
    while (missing.length > 0 && performance.now() - since < STALLED_MS) {
      await pause(300);
      missing = await this.#missing();
      const now = JSON.stringify(missing);
      if (now !== least) [least, since] = [now, performance.now()];
    }
    const minute = this.#minutes().toFixed(1);
    const found = [...missing, ...(await this.#storeProblems()), ...this.#churn.failures.splice(0), ...this.#ended()];
    this.problems.push(...found.map((problem) => `minute ${minute}: ${problem}`));
    this.#settled.push([this.#minutes(), this.#held()]);
    process.stderr.write(`minute ${minute}: ${found.length === 0 ? "all is accounted for" : found.join("\n  ")}\n`);
  }

  #ended() {
    return this.#dead().map(([name, { code, said }]) => `${name} ended with ${code}: ${said.slice(-3).join("; ")}`);
  }

  /** A packet of each group shows what was lost before it; each is a new file of the ring, which then has its index. */
  async #missing() {
    const { sender, plain } = this.#world;
    const ports = Object.entries(PORTS).filter(([group]) => this.#churn.hasPassing || Number(group) !== PASSING);
    await sender(
      "one",
      ports.map(([, port]) => port),
    );
    ok("conntrack", "-F");
    await sender("flows", 1);
    ok("conntrack", "-F");
    await pause(400);
    plain.capture.kill("SIGHUP");
    await pause(300);
    return unaccounted(await this.#seen());
  }

  async #seen() {
    const { taps, clients } = this.#world;
    const asked = Object.entries({ ...taps, ...clients });
    const told = Object.fromEntries(await Promise.all(asked.map(async ([name, one]) => [name, await one("figures")])));
    this.#ring.look();
    const tracked = Number(ok("conntrack", "-C"));
    return { told, counters: countersOf(), figures: await figuresOf(), ring: this.#ring.figures, tracked };
  }

  /** What the store holds follows without a gap to the newest event. */
  async #storeProblems() {
    const account = new Account({ numbered: [], isFromBegin: false });
    const cut = lineCutter((line) => account.take(line));
    const { code, stderr } = await runLines(netlogctl("packets", "query", "--json", "-n", "20000"), cut);
    const { wrong } = account.figures;
    const bytes = storeBytes();
    return [
      ...(code === 0 ? [] : [`packets query ended with ${code}: ${stderr}`]),
      ...wrong.slice(0, 1).map((what) => `the store: ${what}`),
      ...(bytes > STORE_BYTES_MAX ? [`the store takes ${inMib(bytes).toFixed(1)} MiB`] : []),
    ];
  }

  /** What each process holds while nothing happens. */
  #held() {
    return Object.fromEntries(Object.entries(this.#world.pids).map(([name, pid]) => [name, descriptors(pid).length]));
  }

  /** Ends all in order, and tells what was seen. */
  async close() {
    const { plain, taps, clients, sender } = this.#world;
    for (const timer of this.#timers) clearInterval(timer);
    const seen = await this.#seen();
    const { flows: madeFlows, ports } = await sender("sent");
    await sender("end");
    const stopped = await Promise.all(
      Object.entries({ ...clients, ...taps }).map(async ([name, one]) => [name, await one("end")]),
    );
    for (const { kill } of Object.values(plain)) kill("SIGTERM");
    for (const [name, program] of Object.entries(plain)) {
      await until(() => program.code !== undefined, `${name} ends`);
      if (!endsOf(name).includes(program.code))
        this.problems.push(`${name} ended with ${program.code}: ${program.said.slice(-3).join("; ")}`);
    }
    for (const [name, { code = 0 }] of stopped) if (code !== 0) this.problems.push(`${name} ended with ${code}`);
    this.problems.push(...this.#grown());
    return {
      minutes: this.#minutes(),
      problems: this.problems,
      sent: { ports, flows: madeFlows },
      counters: seen.counters,
      told: seen.told,
      figures: Object.fromEntries(seen.figures),
      ring: seen.ring,
      churn: this.#churn.counts,
      said: Object.fromEntries(
        Object.entries(plain).map(([name, { said, lines }]) => [name, { lines, said: said.slice(-5) }]),
      ),
      memory: Object.fromEntries(
        Object.entries(this.#samples).map(([name, points]) => [name, memoryOf(mibOf(points))]),
      ),
      samples: this.#samples,
      sizes: this.#sizes,
      settled: this.#settled,
    };
  }

  #grown() {
    const memory = Object.entries(this.#samples).flatMap(([name, points]) => growing(name, mibOf(points)));
    const [[, first]] = this.#settled;
    const held = this.#settled.slice(1).flatMap(([minute, now]) =>
      Object.entries(now)
        .filter(([name, count]) => count !== first[name])
        .map(
          ([name, count]) => `minute ${minute.toFixed(1)}: ${name} holds ${count} descriptors, and held ${first[name]}`,
        ),
    );
    return [...memory, ...held];
  }
}

/** Who only watches is ended by the signal. */
const endsOf = (name) => (name.includes("watch") ? [143, "SIGTERM"] : [0]);
const mibOf = (points) => points.map(([minute, { mib }]) => [minute, mib]);
