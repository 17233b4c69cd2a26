import { fileNameOf } from "../../core/archive/day-files.ts";
import type { OpenedDay } from "../../core/archive/opened-day.ts";
import type { Nearness } from "../../core/event/correlate.ts";
import type { ReadEvent } from "../../core/event/read-events.ts";
import type { Host } from "../../core/model/host.ts";
import type { DayParts } from "../../inspect/day-parts.ts";
import type { Arrival } from "../../inspect/source.ts";
import type { ConvertWish } from "../convert-packets.ts";
import { sourceOfFiles } from "../inspect-sources.ts";
import { correlate } from "./read-day.ts";

/** What a screen needs to show the files of a day, and what in its captures belongs to an event. */
export function partsOfDay(
  host: Host,
  day: OpenedDay,
  { clock, near }: { readonly clock: ConvertWish["clock"]; readonly near: Nearness },
): DayParts {
  return {
    sourceOf: (file) => ({
      ...sourceOfFiles(host, { files: [file.path], from: undefined, clock }),
      name: `${file.machine}/${fileNameOf(file)}`,
    }),
    correlated: (read) => ({
      isClosed: true,
      name: `within ${near.withinMs / 1000} s of ${read.event.ts.slice(11, 23)}`,
      open: async function* (signal, say) {
        say("looking through the captures of the day");
        const wish = { events: [read.event], near };
        const [found = []] = await correlate(host, day, wish, { clock, signal, say });
        say(found.length === 0 ? "no packet in the captures of the day belongs to it" : "the nearest stands first");
        yield found.map(
          ({ read: one, place, afterMs }): Arrival => arrivalOf(one, `${afterText(afterMs)} ${place.machine}`),
        );
      },
    }),
  };
}

function arrivalOf(read: ReadEvent, lead: string): Arrival {
  return { isLoss: false, lead, read: () => read };
}

/** `+0.003 s`. */
function afterText(afterMs: number): string {
  return `${afterMs < 0 ? "" : "+"}${(afterMs / 1000).toFixed(3)} s`.padStart(9);
}
