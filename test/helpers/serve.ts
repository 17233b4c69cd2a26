import { expect } from "vitest";
import type { NetlogEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, MAIN, type Running } from "./lab.ts";

/** A `netlogctl serve` in a lab that is ready. */
export interface Served {
  readonly pid: string;
  /** Which groups it says that it reads. */
  readonly groups: string;
  readonly running: Running;
  signal(name: "INT" | "TERM" | "HUP" | "USR1" | "STOP" | "CONT" | "KILL"): Promise<void>;
}

/** nsenter stops with its child: there is one in between that does not. */
export const HELD = 'sh -c "$0" sh "$@"; exit "$?"';

/** Starts the service with this intent, which stands in /run/netlog.yaml then. */
export async function openServe(lab: Lab, intent: string): Promise<Served> {
  await writeIntent(lab, intent);
  const script = 'echo "pid $$" >&2; exec "$@"';
  const running = lab.start("sh", ["-c", HELD, script, process.execPath, MAIN, "serve", "-f", "/run/netlog.yaml"]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  const [, groups = ""] = /NFLOG group ([0-9, ]*[0-9])/.exec(await running.line("telling at ")) ?? [];
  return {
    pid,
    groups,
    running,
    signal: async (name) => {
      expect(await lab.run("kill", [`-${name}`, pid])).toMatchObject({ code: 0 });
    },
  };
}

export async function writeIntent(lab: Lab, intent: string): Promise<void> {
  expect(await lab.run("tee", ["/run/netlog.yaml"], intent)).toMatchObject({ code: 0 });
}

/** A client that does as SPR's do, and has subscribed. */
export async function openSprClient(lab: Lab, start: string): Promise<Running> {
  const client = lab.start(process.execPath, [`${HELPERS}/spr-client.js`, "/run/netlogctl-serve/bus.sock", start]);
  await client.line("subscribed");
  return client;
}

/** `packets stream --source bus`, with all that the service still has; its next event. */
export function openBusStream(
  lab: Lab,
  ...args: string[]
): { next(): Promise<NetlogEvent>; readonly running: Running } {
  const command = [MAIN, "packets", "stream", "--source", "bus", "--after", "0", "--json", "--timeout", "60s", ...args];
  const running = lab.start(process.execPath, command);
  return { running, next: async () => JSON.parse(await running.line('"schema":1')) as NetlogEvent };
}
