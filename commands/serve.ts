import { join } from "node:path";
import { reloadable } from "../src/cli/interruption.ts";
import { NetlogCommand, READ_FLAGS } from "../src/cli/netlog-command.ts";
import { RULES_FLAGS, templatePlaces } from "../src/cli/rules-flags.ts";
import { storeThread } from "../src/cli/store-thread.ts";
import {
  type FlowListening,
  flowStreams,
  type Listening,
  listenAt,
  openHost,
  openNotify,
  openStore,
  openStoreReader,
  openTellingHere,
  packetStreams,
  readServeSettings,
  readStream,
  SERVICE_NAME,
  serve,
  type Telling,
} from "../src/index.ts";

export default class Serve extends NetlogCommand {
  static override summary = "Run the log service: read packets, tell them to subscribers, keep them.";
  static override description =
    `What it does stands in the intent, below serve: (netlogctl rules init shows every key). It reads NFLOG groups, and hands each packet to whoever subscribed at its socket and to its store; netlogctl packets query and inspect read both. Who is slow loses events of their own, counted, and slows nobody.

A subscriber sends one line, and is told an event a line: {"subscribe":["nft:drop:*"]}, with "after": CURSOR for what came behind an event that it has seen, and "when-slow": "block" if nothing may be dropped. Clients of SPR's bus are served, too: {"topic":"subscribe:nft"}.

SIGHUP has it read the intent again, without losing an event; SIGTERM and SIGINT have it tell and store all that came, and end. Under systemd it says when it is ready (Type=notify), and that it lives (WatchdogSec=).`;
  static override examples = [
    { description: "With the intent of this machine.", command: "<%= config.bin %> serve" },
    {
      description: "In a namespace, with an intent of its own.",
      command: "<%= config.bin %> serve -f blue.yaml --netns blue",
    },
    {
      description: "What it tells, from another terminal.",
      command: "<%= config.bin %> packets stream --source bus",
    },
  ];
  static override flags = { ...RULES_FLAGS, netns: READ_FLAGS.netns };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(Serve);
    process.title = SERVICE_NAME; // by which others see who holds the groups
    const host = await openHost({ netns: flags.netns });
    const templates = templatePlaces(flags.templates, this.config.root);
    const say = (line: string): void => this.say(line);
    const program = (name: string): string => join(this.config.root, "dist", "bin", name);
    const open = packetStreams(program("packet-worker.cjs"));
    const openFlows = flowStreams(program("flow-worker.cjs"));
    const parts = {
      read: (listening: Listening, telling: Telling) => readStream(open, listening, telling),
      readFlows: (listening: FlowListening, telling: Telling) => readStream(openFlows, listening, telling),
      openTelling: openTellingHere,
      openStore: openStore.bind(undefined, host, storeThread(program("store-worker.cjs"))),
      openStoreReader,
      listen: listenAt,
      notify: await openNotify(process.env),
    };
    await reloadable(async (signal, onReload) => {
      await serve(host, parts, {
        readSettings: () => readServeSettings(host, flags.file, templates),
        say,
        signal,
        onReload,
      });
    });
    return undefined;
  }
}
