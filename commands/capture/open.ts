import { resolve } from "node:path";
import { Args, Flags } from "@oclif/core";
import { RING_FLAGS, ringPlace, spanOf } from "../../src/cli/capture-flags.ts";
import { interruptible } from "../../src/cli/interruption.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { Fault, findRing, findViewer, listCaptures, openHost, readCaptures, showCaptures } from "../../src/index.ts";

export default class CaptureOpen extends NetlogCommand {
  static override summary = "Look at a capture: in Wireshark, in tshark, or in packets inspect.";
  static override description =
    "Of a ring the newest capture, unless a time is named. On a desktop it is opened in Wireshark, else told by tshark page by page, in a pipe a line of each packet; where neither is installed it is looked at with netlogctl packets inspect.";
  static override examples = [
    { description: "The newest capture.", command: "<%= config.bin %> capture open" },
    { description: "What was captured at a time.", command: "<%= config.bin %> capture open --at 10:32" },
    { description: "A file, in the terminal.", command: "<%= config.bin %> capture open ssh.pcapng --with inspect" },
  ];
  static override args = {
    file: Args.string({ description: "A capture; none: one of the ring.", ignoreStdin: true }),
  };
  static override flags = {
    ...RING_FLAGS,
    at: Flags.string({ summary: "The one that holds this time.", helpValue: "TIME", exclusive: ["last"] }),
    last: Flags.boolean({ summary: "The newest one, which is meant unless said." }),
    with: Flags.option({ summary: "Look at it with this.", options: ["wireshark", "tshark", "inspect"] as const })(),
  };

  async run(): Promise<{ readonly file: string; readonly with: string }> {
    const { flags, args } = await this.parse(CaptureOpen);
    if (args.file !== undefined && (flags.at !== undefined || flags.last)) {
      throw new Fault("usage", "a file is named, and one of the ring is asked for", "leave one of them out");
    }
    const file =
      args.file === undefined
        ? chosen(await findRing(await openHost({}), ringPlace(flags, this.config.root)), flags.at)
        : resolve(args.file);
    const viewer = flags.with ?? findViewer(process.env) ?? "inspect";
    if (!this.jsonEnabled()) await this.#show(file, viewer);
    return { file, with: viewer };
  }

  async #show(file: string, viewer: "wireshark" | "tshark" | "inspect"): Promise<void> {
    if (viewer === "inspect") {
      await this.config.runCommand("packets:inspect", [file]);
      return;
    }
    const shown = { env: process.env, viewer, isTerminal: process.stdout.isTTY === true };
    const said = await interruptible((signal) => showCaptures([file], { ...shown, signal }));
    for (const line of said) this.say(line);
  }
}

/** Of those that hold the time the last one: what is written is closed soon. */
function chosen(ring: string, at: string | undefined): string {
  const span = spanOf({ since: undefined, until: undefined, at }, new Date());
  const found = [...listCaptures(readCaptures, { directory: ring, prefixes: [], ...span })].at(-1);
  if (found !== undefined) return found.path;
  const what = at === undefined ? "there is no capture" : "no capture holds that time";
  throw new Fault("not-found", `${what} in ${ring}`, "netlogctl capture list shows what there is");
}
