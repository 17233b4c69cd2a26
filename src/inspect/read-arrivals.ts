import { createLineCutter, type LineCutter } from "../core/event/read-events/cut-lines.ts";
import { detectFormat } from "../core/event/read-events/detect.ts";
import type { EventReader } from "../core/event/read-events.ts";
import type { InputFormat } from "../core/model/packet-stream.ts";
import { type Arrival, arrivalOf, arrivalOfLine } from "./source.ts";

/** Makes arrivals of what a file holds, piece by piece. */
export interface ArrivalReader {
  push(chunk: Buffer): readonly Arrival[];
  end(): readonly Arrival[];
}

/** Lines of our own JSON are as many as they are long: each is decoded when somebody looks at it. All else the reader reads. */
export function createArrivalReader(reader: EventReader, from: InputFormat | undefined): ArrivalReader {
  let lines: LineCutter | undefined;
  let isFirst = true;
  return {
    push(chunk) {
      if (isFirst && isOurJson(chunk, from)) lines = createLineCutter(LINE_BYTES_MAX);
      isFirst = false;
      return lines === undefined ? reader.push(chunk).map(arrivalOf) : linesOf(lines.push(chunk));
    },
    end: () => (lines === undefined ? reader.end().map(arrivalOf) : linesOf(lines.end())),
  };
}

const LINE_BYTES_MAX = 1024 * 1024;

function isOurJson(chunk: Buffer, from: InputFormat | undefined): boolean {
  return from === "json" || (from === undefined && detectFormat(chunk, false)?.format === "json");
}

function linesOf(lines: readonly Buffer[]): Arrival[] {
  return lines.flatMap((bytes) => {
    const line = bytes.toString("utf8");
    return line.trim() === "" ? [] : [arrivalOfLine(line)];
  });
}
