import { Errors } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import { HostError } from "../core/model/host.ts";
import { inSources } from "../host/in-sources.ts";
import { faultOfHost } from "../verbs/host-faults.ts";
import { exitWantedFor, SIGNAL_EXITS } from "./exit-codes.ts";
import { printable, printableJson, printableLines } from "./printable.ts";

/** Tells the user what went wrong and gives the exit code: 1 a fault, 2 wrong usage, 128 + N a signal. */
export function report(error: unknown, isJson: boolean): number {
  if (error instanceof Errors.ExitError) return error.oclif.exit ?? 0;

  const fault = faultOf(error);
  if (fault === undefined) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `netlogctl: this is a bug in netlogctl, please report it:\n${printableLines(inSources(stack))}\n`,
    );
    return 1;
  }
  if (isJson) process.stdout.write(`${printableJson(faultJson(fault), 2)}\n`);
  else process.stderr.write(faultText(fault));
  return exitCodeOf(fault) === 1 ? (exitWantedFor(error as Error) ?? 1) : exitCodeOf(fault);
}

/** The same for an answer that could not be written: what was done stands. */
export function reportOutput(error: NodeJS.ErrnoException): number {
  if (error.code === "EPIPE") return Number(process.exitCode ?? 0);
  const message = `cannot write the answer: ${error.code}: a change that was asked for is made all the same`;
  process.stderr.write(faultText(new Fault("refused", message, "make room, then look: netlogctl status")));
  return 1;
}

function exitCodeOf(fault: Fault): number {
  if (fault.code === "interrupted") return SIGNAL_EXITS[String(fault.cause)] ?? 1;
  return fault.code === "usage" ? 2 : 1;
}

function faultOf(error: unknown): Fault | undefined {
  if (error instanceof Fault) return error;
  // One that was made outside the pack: what loads the libraries of the one file has a Fault of its own.
  if (error instanceof Error && error.name === "Fault") return error as Fault;
  if (error instanceof HostError) return faultOfHost(error, "look at the machine");
  return error instanceof Errors.CLIError ? usageFault(error) : undefined;
}

/** What oclif's parser says, on one line. */
function usageFault(error: Errors.CLIError): Fault {
  const unknown = /^command (.+) not found$/.exec(error.message)?.[1];
  if (unknown !== undefined) {
    return new Fault("usage", `there is no command "${unknown.replaceAll(":", " ")}"`, "netlogctl --help lists them");
  }
  const lines = error.message.split("\n").map((line) => line.trim());
  const [message = "", ...more] = lines.filter(
    (line) => line !== "" && !/^The following errors? occurred:$/.test(line),
  );
  const details = more.filter((line) => !/^(See more help|Note: )/.test(line)).join("; ");
  return new Fault("usage", details === "" ? message : `${message} ${details}`, "see --help", { cause: error });
}

function faultText({ message, where, remedy }: Fault): string {
  const place = where === undefined || where === "" ? "" : `${where}: `;
  return `netlogctl: ${printable(cut(place + message))}\n${remedy === "" ? "" : `  ${printable(remedy)}\n`}`;
}

/** What is wrong with a long text can be said without all of it. */
function cut(text: string): string {
  return text.length <= MESSAGE_MAX ? text : `${text.slice(0, MESSAGE_MAX)} ...`;
}

const MESSAGE_MAX = 2000;

function faultJson({ code, message, where, remedy }: Fault): object {
  return { error: { code, message, ...(where === undefined ? {} : { where }), remedy } };
}
