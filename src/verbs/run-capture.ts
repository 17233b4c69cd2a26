import { boundsText } from "../core/capture/bounds.ts";
import { type CaptureFlags, type CaptureSettings, captureSettings, sourceText } from "../core/capture/capture-wish.ts";
import type { CaptureDocument } from "../core/capture/schema.ts";
import type {
  Capture,
  CaptureEnd,
  CaptureWish,
  Clock,
  OpenCapture,
  OpenSniffer,
  Sniffer,
} from "../core/capture/wish.ts";
import { groupsOfRules } from "../core/intent/groups.ts";
import type { Intent } from "../core/intent/intent.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, type Lock } from "../core/model/host.ts";
import { GroupHeld } from "../core/model/packet-stream.ts";
import type { Notify } from "../core/model/service.ts";
import { faultOfGroup } from "./group-fault.ts";
import { faultOfHost } from "./host-faults.ts";
import { LISTENING, listeningOf, placeOf, tellRoom } from "./listening.ts";
import { readObeyed } from "./read-input.ts";
import { fillIntent } from "./rule-source.ts";
import type { Say } from "./scratch.ts";
import type { TemplatePlaces } from "./templates.ts";

/** What a capture is made of on this machine. */
export interface CaptureParts {
  readonly open: OpenCapture;
  readonly openSniffer: OpenSniffer;
  readonly notify: Notify;
}

export interface CaptureRunWish {
  readonly settings: CaptureSettings;
  readonly roomBytes: number;
  readonly countMax: number | undefined;
  /** Another clock than the machine's, by which files end and packets are told. */
  readonly clock?: Clock;
}

export interface CaptureRunOptions {
  readonly say: Say;
  /** Ends it in order. */
  readonly signal: AbortSignal;
  /** Is given what has it begin a new file. */
  readonly onReload?: (turn: () => Promise<void>) => void;
  /** Called once it captures, with what is captured in words. */
  readonly onStart?: (text: string) => void;
}

const GROUP_SNAPLEN_MAX = 65_531;

/** What flags and an intent want to be captured. @param file the intent; undefined: none is looked at @throws Fault */
export async function readCaptureSettings(
  host: Host,
  flags: CaptureFlags,
  file: string | undefined,
  templates: TemplatePlaces,
): Promise<CaptureSettings> {
  const input =
    file === undefined
      ? undefined
      : await readObeyed(host, file, "write one: netlogctl rules init; or name a group: -g N");
  const intent = input && (await fillIntent(host, input, templates));
  const settings = captureSettings(flags, intent?.capture && withGroups(intent.capture, intent));
  if (settings === undefined) {
    throw new Fault(
      "bad-input",
      "nothing says what is to be captured",
      "name groups (-g N) or an interface (-i NAME), or write capture: { groups: [0] } into the intent",
      input === undefined ? {} : { where: input.source },
    );
  }
  if (settings.source.kind === "groups" && flags.filter !== undefined) {
    throw new Fault(
      "usage",
      "a filter is of an interface",
      "choose packets of groups by rules, or name an interface: -i",
    );
  }
  if (settings.source.kind === "interface" && flags.linktype !== undefined) {
    throw new Fault("usage", "a link type is chosen for groups", "leave --linktype out: an interface has its own");
  }
  return settings;
}

/** Where it names nothing, it means the groups that the intent's rules log to. */
function withGroups(capture: CaptureDocument, intent: Intent): CaptureDocument {
  if (capture.groups !== undefined || capture.interface !== undefined) return capture;
  const groups = groupsOfRules(intent);
  return groups.length === 0 ? capture : { ...capture, groups };
}

/**
 * Captures packets into a ring of files until aborted, or until as many came as were wished. Then all that came is written,
 * and the last file is closed. A run that was killed before is mended first. @throws Fault
 */
export async function runCapture(
  host: Host,
  parts: CaptureParts,
  wish: CaptureRunWish,
  options: CaptureRunOptions,
): Promise<CaptureEnd> {
  const lock = await lockRing(host, wish.settings.ring.directory);
  try {
    return wish.settings.source.kind === "groups"
      ? await captureGroups(host, parts, wish, options)
      : await captureInterface(host, parts, wish, options);
  } finally {
    await lock.release();
  }
}

async function lockRing(host: Host, directory: string): Promise<Lock> {
  try {
    await host.makeDirectory(directory, 0o750);
    return await host.lock(`${directory}/.lock`, { timeoutMs: 0 });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code !== "EAGAIN") throw faultOfHost(error, "capture into a directory", remedyFor(error.code));
    const message = `cannot capture into ${directory}: another netlogctl captures into it`;
    throw new Fault("locked", message, "end that one, or name another directory: --ring DIR");
  }
}

function remedyFor(code: string): string | undefined {
  return code === "EACCES" || code === "EPERM" ? "run it as root, or name a directory of yours: --ring DIR" : undefined;
}

async function wishOf(host: Host, { settings, countMax, clock }: CaptureRunWish): Promise<Omit<CaptureWish, "source">> {
  const { host: name, netns } = await placeOf(host);
  const from = sourceText(settings.source);
  const more = clock === undefined ? {} : { clock };
  return { ring: settings.ring, from, host: name, netns, countMax, turns: 0, dropped: 0, ...more };
}

async function captureGroups(
  host: Host,
  { open, notify }: CaptureParts,
  wish: CaptureRunWish,
  options: CaptureRunOptions,
): Promise<CaptureEnd> {
  const { settings, roomBytes } = wish;
  const source = settings.source as Extract<CaptureSettings["source"], { kind: "groups" }>;
  const copyRangeBytes = Math.min(settings.snaplen, GROUP_SNAPLEN_MAX);
  const listening = await listeningOf(host, { ...LISTENING, copyRangeBytes, roomBytes });
  const asked: CaptureWish = {
    ...(await wishOf(host, wish)),
    source: { kind: "groups", listening: { ...listening, groups: source.groups }, link: source.link },
  };
  const capture = await opened(host, open, asked, options.say);
  tellRoom(capture, roomBytes, options.say);
  return await untilEnd(capture, asked, notify, options);
}

async function captureInterface(
  host: Host,
  { open, openSniffer, notify }: CaptureParts,
  wish: CaptureRunWish,
  options: CaptureRunOptions,
): Promise<CaptureEnd> {
  const { settings, roomBytes, countMax } = wish;
  const source = settings.source as Extract<CaptureSettings["source"], { kind: "interface" }>;
  const { netnsPath } = await placeOf(host);
  const { snaplen } = settings;
  const sniffer = await openSniffer({ ...source, netnsPath, snaplen, roomBytes, countMax });
  const asked: CaptureWish = {
    ...(await wishOf(host, wish)),
    source: { kind: "pipe", file: sniffer.file, interface: source.interface, netnsPath },
  };
  try {
    const capture = await open(asked, options.say);
    const fails = followSniffer(sniffer, capture, asked);
    fails.catch(() => {}); // it is told behind the end of the capture
    const end = await untilEnd({ ...capture, stop: sniffer.stop }, asked, notify, options);
    await fails;
    return end;
  } finally {
    sniffer.stop();
  }
}

/** The capture ends when the other program has ended, and knows what that dropped. */
async function followSniffer(sniffer: Sniffer, capture: Capture, wish: CaptureWish): Promise<void> {
  void capture.ended.catch(() => sniffer.stop());
  try {
    const { dropped } = await sniffer.ended;
    await capture.adjust({ ...wish, dropped });
  } finally {
    capture.stop();
  }
}

async function opened(host: Host, open: OpenCapture, wish: CaptureWish, say: Say): Promise<Capture> {
  try {
    return await open(wish, say);
  } catch (error) {
    throw error instanceof GroupHeld ? await faultOfGroup(host, error) : error;
  }
}

async function untilEnd(
  capture: Capture,
  wish: CaptureWish,
  notify: Notify,
  { say, signal, onReload, onStart }: CaptureRunOptions,
): Promise<CaptureEnd> {
  const text = `captures ${wish.from} into ${wish.ring.directory}, ${boundsText(wish.ring.bounds)}`;
  const stop = (): void => {
    notify("STOPPING=1");
    capture.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  let turns = 0;
  onReload?.(async () => {
    turns += 1;
    await capture.adjust({ ...wish, turns });
    say("begins a new file with the next packet");
  });
  notify("READY=1", `STATUS=${text}`);
  onStart?.(text);
  const alive = tellAlive(notify, async () => await capture.adjust({ ...wish, turns }));
  try {
    const end = await capture.ended;
    if (end === undefined) throw new Error("a capture ended without a word");
    return end;
  } finally {
    clearInterval(alive);
    signal.removeEventListener("abort", stop);
  }
}

/** As often as the service manager wants to hear of it, while what captures answers. */
function tellAlive(notify: Notify, ask: () => Promise<unknown>): NodeJS.Timeout | undefined {
  const { watchdogMs } = notify;
  if (watchdogMs === undefined) return undefined;
  let isAsked = false;
  const look = async (): Promise<void> => {
    if (isAsked) return;
    isAsked = true;
    await ask();
    isAsked = false;
    notify("WATCHDOG=1");
  };
  return setInterval(() => {
    look().catch(() => {}); // its end says why
  }, watchdogMs / 2);
}
