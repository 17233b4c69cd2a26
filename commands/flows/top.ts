import { join } from "node:path";
import { Flags } from "@oclif/core";
import { FLOW_FLAGS, flowTelling, wordsIn } from "../../src/cli/flow-flags.ts";
import { renderTopFlows } from "../../src/cli/flows-text.ts";
import { interruptible } from "../../src/cli/interruption.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import {
  ALL_PROTOCOLS,
  flowStreams,
  openHost,
  protocolsOf,
  readStream,
  type TopFlows,
  watchTopFlows,
} from "../../src/index.ts";

/** What a page has beside its rows. */
const LINES_BESIDE = 5;
const ROWS = 20;

export default class FlowsTop extends NetlogCommand {
  static override summary = "Show the flows that carry most, again and again.";
  static override description =
    "The rates are those since the page before. On a terminal a page in place of the one before, in a pipe one after the other, with --json a line each. Ctrl-C ends it. The kernel has to count: netlogctl flows set acct=on.";
  static override examples = [
    { description: "What takes the line now.", command: "<%= config.bin %> flows top" },
    { description: "Of one host, every 5 seconds.", command: "<%= config.bin %> flows top -w 'addr = 10.0.0.5' -i 5" },
  ];
  static override flags = {
    netns: READ_FLAGS.netns,
    proto: FLOW_FLAGS.proto,
    where: FLOW_FLAGS.where,
    names: FLOW_FLAGS.names,
    interval: Flags.integer({
      char: "i",
      summary: "Seconds from page to page.",
      helpValue: "SECONDS",
      min: 1,
      max: 3600,
      default: 2,
    }),
    limit: Flags.integer({ char: "n", summary: "How many flows are shown.", helpValue: "N", min: 1 }),
    count: Flags.integer({ char: "c", summary: "End after this many pages.", helpValue: "N", min: 1 }),
  };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(FlowsTop);
    const host = await openHost({ netns: flags.netns });
    const { count: pages = Number.POSITIVE_INFINITY, ...told } = flags;
    const wish = {
      protocols: flags.proto === undefined ? ALL_PROTOCOLS : protocolsOf(wordsIn(flags.proto) ?? []),
      telling: flowTelling({ ...told, "community-id": false, fields: "default" }, "json"),
    };
    const open = flowStreams(join(this.config.root, "dist", "bin", "flow-worker.cjs"));
    const most = (): number => flags.limit ?? Math.max((process.stdout.rows ?? ROWS + LINES_BESIDE) - LINES_BESIDE, 1);
    await interruptible(async (interrupted) => {
      const show = (closed: AbortSignal): AsyncIterable<TopFlows> =>
        firstOf(
          watchTopFlows(host, (listening, telling) => readStream(open, listening, telling), wish, {
            ...{ intervalMs: flags.interval * 1000, most, signal: AbortSignal.any([closed, interrupted]) },
          }),
          pages,
          (page) => this.#tellUncounted(page),
        );
      await this.watch(show, (page) => renderTopFlows(page, process.stdout.columns));
    });
    return undefined;
  }

  #isTold = false;

  #tellUncounted({ hasCounters, flows }: TopFlows): void {
    if (hasCounters || flows === 0 || this.#isTold) return;
    this.#isTold = true;
    this.say("note: the kernel counts no bytes: netlogctl flows set acct=on; flows that begin then are counted");
  }
}

/** So many pages, each looked at before. */
async function* firstOf(
  pages: AsyncIterable<TopFlows>,
  count: number,
  look: (page: TopFlows) => void,
): AsyncGenerator<TopFlows> {
  let left = count;
  for await (const page of pages) {
    look(page);
    yield page;
    left -= 1;
    if (left <= 0) return;
  }
}
