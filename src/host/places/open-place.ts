import { randomBytes } from "node:crypto";
import { COMMAND_MARK, type PlaceDocument } from "../../core/archive/schema.ts";
import { type Place, PlaceError } from "../../core/model/place.ts";
import { type Marks, readMarks, shellArguments, shellCommand } from "../../core/place/shell-command.ts";
import { type StreamEnd, streamProgram } from "../stream-program.ts";

/** A connection that says nothing for a minute has ended; nobody is there to be asked for a password. */
const SSH = [
  "-T",
  ...["BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4"].flatMap((option) => [
    "-o",
    option,
  ]),
];

/** A VM that is off stays off. */
const QVM_RUN = ["--pass-io", "--no-gui", "--no-autostart"];

/** The program that runs a script there, and its arguments. */
type CommandOf = (script: string, words: readonly string[], marks: Marks) => readonly [string, ...string[]];

/** Opens a place as an intent names it; nothing is run before a script is. */
export function openPlace(document: PlaceDocument): Place {
  const label = labelOf(document);
  const commandOf = commandsOf(document);
  return {
    label,
    async *run(script, words, options = {}) {
      const id = randomBytes(8).toString("hex");
      const marks = { begun: `netlogctl-begun-${id}`, ended: `netlogctl-ended-${id}` };
      const [file, ...args] = commandOf(script, words, marks);
      const { end, isWhole } = yield* withoutEnd(streamProgram(file, args, options), marks.ended);
      refuseOtherEnd({ label, file, end, isWhole }, marks);
    },
  };
}

function labelOf(document: PlaceDocument): string {
  if (typeof document !== "string") return `exec:${document.exec[0]}`;
  return document === "here" ? "this machine" : document;
}

function commandsOf(document: PlaceDocument): CommandOf {
  if (typeof document !== "string") {
    return (...script) => {
      const command = shellCommand(...script);
      const words = document.exec.map((word) => word.split(COMMAND_MARK).join(command));
      return words as [string, ...string[]];
    };
  }
  const name = document.slice(document.indexOf(":") + 1);
  switch (document.split(":")[0]) {
    case "netns":
      return (...script) => ["nsenter", `--net=/run/netns/${name}`, "--", "sh", ...shellArguments(...script)];
    case "ssh":
      return (...script) => ["ssh", ...SSH, "--", name, shellCommand(...script)];
    case "qubes": {
      const [, user, vm = name] = /^([^@]+)@(.*)$/.exec(name) ?? [];
      const asUser = user === undefined ? [] : [`--user=${user}`];
      return (...script) => ["qvm-run", ...QVM_RUN, ...asUser, "--", vm, shellCommand(...script)];
    }
    default:
      return (...script) => ["sh", ...shellArguments(...script)];
  }
}

/** Gives the bytes but the mark at their end, and whether it was there. */
async function* withoutEnd(
  chunks: AsyncGenerator<Buffer, StreamEnd>,
  mark: string,
): AsyncGenerator<Buffer, { end: StreamEnd; isWhole: boolean }> {
  let held: Buffer = Buffer.alloc(0);
  let end: StreamEnd | undefined;
  async function* watched(): AsyncGenerator<Buffer> {
    end = yield* chunks;
  }
  for await (const chunk of watched()) {
    const bytes = Buffer.concat([held, chunk]);
    const known = Math.max(0, bytes.length - mark.length);
    held = bytes.subarray(known);
    if (known > 0) yield bytes.subarray(0, known);
  }
  const isWhole = held.equals(Buffer.from(mark));
  if (!isWhole && held.length > 0) yield held;
  return { end: end as StreamEnd, isWhole };
}

interface Ended {
  readonly label: string;
  readonly file: string;
  readonly end: StreamEnd;
  /** Whether all of its standard output came. */
  readonly isWhole: boolean;
}

function refuseOtherEnd({ label, file, end, isWhole }: Ended, marks: Marks): void {
  const { code, notStarted, said } = end;
  if (notStarted !== undefined) throw new PlaceError("unreached", label, `${file} was not started: ${notStarted}`);
  const told = readMarks(said, marks);
  if (!told.hasBegun) throw new PlaceError("unreached", label, told.says || `${file} ended with ${code ?? "a signal"}`);
  if (told.code === undefined || !isWhole) throw new PlaceError("cut-off", label, told.says);
  if (told.code !== 0) throw new PlaceError("failed", label, told.says || `it ended with ${told.code}`, told.code);
}
