import { type Host, HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";

/** Events of nft come in bursts, one for each thing that changes. */
const QUIET_MS = 50;

/** Before nft is started again. */
const AGAIN_MS = 1000;

/** Rings when the ruleset has changed and has been quiet for a moment, and after a time in any case. */
export function openBell(host: Host, signal: AbortSignal): { next(withinMs: number): Promise<void> } {
  let isRung = true; // what happened before nft listened
  let ring = (): void => {};
  let failure: unknown;
  void listen(host, signal, () => {
    isRung = true;
    ring();
  }).catch((error: unknown) => {
    failure = error;
    ring();
  });
  signal.addEventListener("abort", () => ring(), { once: true });
  return {
    next: async (withinMs) => {
      if (!isRung) await wait(withinMs, (resolve) => (ring = resolve));
      while (isRung && !signal.aborted) {
        isRung = false;
        await wait(QUIET_MS, (resolve) => (ring = resolve));
      }
      if (failure !== undefined) throw failure;
    },
  };
}

/** Listens to nft's events; a listener that ends (its buffer ran over) is followed by another, and what was missed is looked at. */
async function listen(host: Host, signal: AbortSignal, heard: () => void): Promise<void> {
  while (!signal.aborted) {
    await listenOnce(host, signal, heard);
    heard();
    await wait(AGAIN_MS, () => {});
  }
}

async function listenOnce(host: Host, signal: AbortSignal, heard: () => void): Promise<void> {
  try {
    for await (const _line of host.openLines("nft", ["-j", "monitor"], signal)) heard();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code !== "EIO") throw faultOfHost(error, "listen to nft", "install nftables");
  }
}

function wait(ms: number, open: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    open(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
