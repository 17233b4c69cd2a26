import type { ServeSettings } from "./settings.ts";

/** What of the settings only a new start changes. */
export function laterOf(before: ServeSettings, wanted: ServeSettings): string[] {
  const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
  const { keep: _keep, ...place } = before.bus;
  const { keep: _wantedKeep, ...wantedPlace } = wanted.bus;
  return [
    ...(differs(place, wantedPlace) ? ["the socket of the bus"] : []),
    ...(differs(before.store?.file, wanted.store?.file) ? ["the file of the store"] : []),
    ...(differs(before.metrics, wanted.metrics) ? ["metrics"] : []),
    ...(differs(before.hasKernelLog, wanted.hasKernelLog) ? ["the kernel log"] : []),
    ...((before.flows === undefined) === (wanted.flows === undefined) ? [] : ["flows"]),
    ...(differs(before.roomBytes, wanted.roomBytes) ? ["room-mib"] : []),
  ];
}
