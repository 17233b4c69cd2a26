import type { Socket } from "node:net";
import type { OpenTelling } from "../core/event/open-telling.ts";
import { millisecondsText } from "../core/event/time-text.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { GroupHeld, type Listening, type ReadStream, type Telling } from "../core/model/packet-stream.ts";
import type { ListeningServer, Notify, SocketRights } from "../core/model/service.ts";
import { laterOf } from "../core/serve/later.ts";
import { readsText, type ServeSettings } from "../core/serve/settings.ts";
import type { OpenStoreReader } from "../core/store/reader.ts";
import { figuresText } from "../daemon/figures.ts";
import { type LentPast, lendPast } from "../daemon/lend-past.ts";
import { LogService } from "../daemon/log-service.ts";
import { metricsServer } from "../daemon/metrics-server.ts";
import type { Store, StoreOptions, StoreWish } from "../daemon/store/open-store.ts";
import { faultOfGroup } from "./group-fault.ts";
import type { ReadFlows } from "./list-flows.ts";
import { LISTENING, listeningOf, tellLosses, tellRoom } from "./listening.ts";
import { openStoreOf } from "./open-store.ts";
import { withNames } from "./read-names.ts";
import type { Say } from "./scratch.ts";
import { ServedFlows } from "./serve-flows.ts";
import { groupNumber } from "./serve-settings.ts";
import { takeKernelLog } from "./take-kernel-log.ts";
import { tellUnused } from "./tell-unused.ts";

/** What a log service is made of on this machine. */
export interface ServeParts {
  /** Opens a reader of NFLOG groups. @throws GroupHeld */
  readonly read: (listening: Listening, telling: Telling) => Promise<ReadStream>;
  readonly readFlows: ReadFlows;
  readonly openTelling: (telling: Telling) => Promise<OpenTelling>;
  readonly openStore: (wish: StoreWish, options: StoreOptions) => Promise<Store>;
  readonly openStoreReader: OpenStoreReader;
  /** Listens at the path of a Unix socket, or at ADDRESS:PORT. */
  readonly listen: (
    where: string,
    rights: SocketRights,
    onConnection: (socket: Socket) => void,
  ) => Promise<ListeningServer>;
  readonly notify: Notify;
}

export interface ServeOptions {
  /** What it is to do; asked again at each reload. @throws Fault */
  readonly readSettings: () => Promise<ServeSettings>;
  readonly say: Say;
  /** Ends it in order. */
  readonly signal: AbortSignal;
  /** Is given what has it read its settings again. */
  readonly onReload: (reload: () => Promise<void>) => void;
}

/** Reads packets and hands them to whoever subscribes and to the store, until aborted; then all that came is told and stored. */
export async function serve(host: Host, parts: ServeParts, options: ServeOptions): Promise<void> {
  const settings = await options.readSettings();
  let failure: Error | undefined;
  const onFailure = (error: Error): void => {
    failure = error;
    options.say(`nothing is stored any more: ${messageOf(error)}`);
    parts.notify("STATUS=nothing is stored any more");
  };
  const store = settings.store && (await openStoreOf(host, settings.store, parts, { onNote: options.say, onFailure }));
  const running = new Running(host, parts, options, settings, store);
  try {
    await running.openFlows();
    await running.listen();
    await running.read();
  } finally {
    await running.close();
  }
  if (failure !== undefined) throw failure;
}

function messageOf(error: Error): string {
  return error instanceof Fault ? `${error.message}: ${error.remedy}` : error.message;
}

/** A log service at work. */
class Running {
  readonly #host: Host;
  readonly #parts: ServeParts;
  readonly #options: ServeOptions;
  readonly #service: LogService;
  readonly #servers: ListeningServer[] = [];
  readonly #past: LentPast | undefined;
  #settings: ServeSettings;
  #stream: ReadStream | undefined;
  #flows: ServedFlows | undefined;

  constructor(host: Host, parts: ServeParts, options: ServeOptions, settings: ServeSettings, store: Store | undefined) {
    this.#host = host;
    this.#parts = parts;
    this.#options = options;
    this.#settings = settings;
    const onTrouble = (what: string): void => options.say(`a subscriber was cut off: ${what}`);
    const nowMicroseconds = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000);
    const file = settings.store?.file;
    const past = file === undefined ? undefined : lendPast(() => parts.openStoreReader(host, file, options.say, true));
    this.#past = past;
    this.#service = new LogService({
      settings,
      store,
      openPast: async () => await past?.lend(),
      nowMicroseconds,
      now: () => millisecondsText(Date.now()),
      onTrouble,
    });
  }

  /** Flows come from then on: who sees the socket may make some. */
  async openFlows(): Promise<void> {
    const since = this.#service.store?.lastCursor ?? 0;
    this.#flows = await ServedFlows.open(this.#host, this.#parts.readFlows, this.#settings, this.#options.say, since);
  }

  async listen(): Promise<void> {
    const { bus, metrics } = this.#settings;
    const gid = bus.group === undefined ? undefined : await groupNumber(this.#host, bus.group);
    const rights = { mode: Number.parseInt(bus.mode, 8), gid };
    this.#servers.push(await this.#parts.listen(bus.socket, rights, (socket) => this.#service.bus.accept(socket)));
    if (metrics === undefined) return;
    const answer = metricsServer(() => figuresText(this.#service, Date.now()));
    this.#servers.push(await this.#parts.listen(metrics, rights, answer));
  }

  async read(): Promise<void> {
    const { say, signal, onReload } = this.#options;
    const { notify } = this.#parts;
    const stream = await this.#open();
    this.#stream = stream;
    const stop = (): void => {
      notify("STOPPING=1");
      this.#stop();
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    tellRoom(stream, this.#settings.roomBytes, say);
    onReload(() => this.#reload());
    await tellUnused(this.#host, this.#settings.groups, say);
    const over = new AbortController();
    const kernelLog = this.#settings.hasKernelLog
      ? this.#readKernelLog(AbortSignal.any([signal, over.signal]))
      : undefined;
    say(`${readsText(this.#settings)}, telling at ${this.#settings.bus.socket}`);
    notify("READY=1", `STATUS=${readsText(this.#settings)}`);
    const alive = this.#tellAlive();
    const flows = this.#takeFlows();
    const stopBoth = (): void => this.#stop();
    const reading = [this.#take(stream).finally(stopBoth), stream.ended.finally(stopBoth)] as const;
    const [taken, ended] = await Promise.allSettled(reading);
    const [flowsTaken] = await Promise.allSettled([flows]);
    clearInterval(alive);
    over.abort();
    await kernelLog;
    if (ended.status === "rejected") throw ended.reason;
    if (taken.status === "rejected") throw taken.reason;
    if (flowsTaken.status === "rejected") throw flowsTaken.reason;
    if (ended.value !== undefined) tellLosses(ended.value, say);
  }

  /** Both end together, in order. */
  #stop(): void {
    this.#stream?.stop();
    this.#flows?.stop();
  }

  async #takeFlows(): Promise<void> {
    try {
      await this.#flows?.take((lines) => this.#service.take(lines));
    } finally {
      if (this.#flows !== undefined) this.#stop();
    }
  }

  async close(): Promise<void> {
    this.#stop();
    for (const server of this.#servers) server.close();
    await this.#service.close();
    this.#past?.close();
  }

  async #open(): Promise<ReadStream> {
    const { groups, telling } = this.#settings;
    try {
      return await this.#parts.read({ ...(await this.#listening()), groups }, await withNames(this.#host, telling));
    } catch (error) {
      throw error instanceof GroupHeld ? await faultOfGroup(this.#host, error) : error;
    }
  }

  async #listening(): Promise<Omit<Listening, "groups">> {
    const { roomBytes, hasConntrack } = this.#settings;
    return await listeningOf(this.#host, { ...LISTENING, roomBytes, hasConntrack });
  }

  async #take(stream: ReadStream): Promise<void> {
    for await (const lines of stream.lines) this.#service.take(lines);
  }

  async #readKernelLog(signal: AbortSignal): Promise<void> {
    const telling = await this.#parts.openTelling(await withNames(this.#host, this.#settings.telling));
    const take = (line: string): void => this.#service.take(Buffer.from(line));
    await takeKernelLog(this.#host, telling, { take, say: this.#options.say, signal });
  }

  /** What cannot be done stays as it was, and is said. */
  async #reload(): Promise<void> {
    const { say, readSettings } = this.#options;
    const { notify } = this.#parts;
    notify("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    try {
      await this.#change(await readSettings());
      say(`read the intent again: ${readsText(this.#settings)}`);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      say(`goes on as before: ${error.where === undefined ? "" : `${error.where}: `}${error.message}: ${error.remedy}`);
    }
    notify("READY=1", `STATUS=${readsText(this.#settings)}`);
  }

  async #change(wanted: ServeSettings): Promise<void> {
    const before = this.#settings;
    const later = laterOf(before, wanted);
    if (later.length > 0) this.#options.say(`note: ${later.join(", ")}: from the next start on`);
    const isTold = JSON.stringify(before.telling) === JSON.stringify(wanted.telling);
    const telling = isTold ? undefined : await withNames(this.#host, wanted.telling);
    const { groups, hasConntrack } = wanted;
    this.#settings = {
      ...before,
      groups,
      hasConntrack,
      telling: wanted.telling,
      flows: before.flows && (wanted.flows ?? before.flows),
    };
    await this.#flows?.adjust(wanted);
    const held = await this.#stream?.adjust({ ...(await this.#listening()), groups }, telling);
    for (const one of held ?? []) this.#options.say((await faultOfGroup(this.#host, one)).message);
    const isLost = (group: number): boolean => (held ?? []).some((one) => one.group === group);
    this.#settings = { ...this.#settings, groups: groups.filter((group) => !isLost(group)) };
    this.#service.reconfigure(wanted);
  }

  /** As often as the service manager wants to hear of it. */
  #tellAlive(): NodeJS.Timeout | undefined {
    const { watchdogMs } = this.#parts.notify;
    return watchdogMs === undefined ? undefined : setInterval(() => this.#parts.notify("WATCHDOG=1"), watchdogMs / 2);
  }
}
