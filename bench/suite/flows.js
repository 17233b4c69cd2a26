import { openSync, rmSync, writeFileSync } from "node:fs";
import { netlogctl, ok, ROOT } from "../lab.js";
import { compile, memoryOf, outputOf, READER, secondsOf, sockets, startReader, until, untilRead } from "../readers.js";

const OUT = "/run/flows";
const [FLOWS, TIMES, MANY] = [20_000, 6, 200_000];
const XML = "conntrack -E, XML";
const OURS = "netlogctl, JSON";

/** So that conntrack loses nothing; netlogctl takes as much room by itself. */
const ROOM = { LD_PRELOAD: "/run/netlink-room" };

function setUp() {
  writeFileSync(
    "/run/flows.nft",
    "table inet bench { chain c { type filter hook prerouting priority 0; ip daddr 127.1.0.0/16 ct state new,established drop\n}\n}\n",
  );
  ok("nft", "-f", "/run/flows.nft");
  for (const name of ["acct", "timestamp"]) writeFileSync(`/proc/sys/net/netfilter/nf_conntrack_${name}`, "1");
  compile("netlink-room", "-shared", "-fPIC", "-ldl");
}

/** How many sockets listen to all that conntrack tells. */
const listeners = () => sockets().filter(({ groups }) => groups === "00000007").length;

/** Flows that begin, and end at once when the table is flushed: two events each. */
async function makeFlows(count) {
  await outputOf(process.execPath, [`${ROOT}test/helpers/send-flows.js`, String(count)]);
  ok("conntrack", "-F");
}

const start = (words, out, { env, before = 0 } = {}) =>
  startReader(words, { stdout: openSync(out, "w"), env, isListening: () => listeners() > before });

async function finish(reader, out) {
  await reader.end("SIGINT");
  const told = Number(ok("grep", "-cE", '\\[(NEW|DESTROY)\\]|<flow |"change":', out));
  rmSync(out);
  return told;
}

async function measure(words, env) {
  const reader = await start(words, OUT, { env });
  const begin = secondsOf(reader.pid);
  for (let time = 0; time < TIMES; time += 1) {
    await makeFlows(FLOWS);
    await until(() => sockets().every(({ bytes }) => bytes === 0));
  }
  await untilRead();
  const [seconds, memory] = [secondsOf(reader.pid) - begin, memoryOf(reader.pid)];
  const [told, made] = [await finish(reader, OUT), 2 * FLOWS * TIMES];
  return { perSecond: told / seconds / 1e6, lost: (100 * (made - told)) / made, memory };
}

/** Both at once, each with the room that it takes by itself. */
async function loseTogether() {
  const ours = await start(COMMANDS[OURS], "/run/ours");
  const theirs = await start(COMMANDS[XML], "/run/theirs", { before: 1 });
  await makeFlows(MANY);
  await untilRead();
  const lost = async (reader, out) => ({ lost: 100 * (1 - (await finish(reader, out)) / (2 * MANY)) });
  return [await lost(ours, "/run/ours"), await lost(theirs, "/run/theirs")];
}

const stream = (...more) => netlogctl("flows", "stream", ...more);
const COMMANDS = {
  [XML]: ["conntrack", "-E", "-o", "xml"],
  "conntrack -E, text": ["conntrack", "-E", "-o", "timestamp,id"],
  [OURS]: stream("--json"),
  "netlogctl, compact JSON": stream("--json", "--fields", "compact"),
  "netlogctl, conntrack's text": stream("-F", "conntrack"),
};
const isPeer = (name) => name.startsWith("conntrack");

/** Conntrack's events to lines in a file in memory. */
export const benchmark = {
  about:
    "Conntrack's events to lines, at a pace at which none loses, beside conntrack itself; then at full speed, both at once. The more events per processor second, the better.",
  async *groups() {
    setUp();
    yield {
      title: `${(2 * FLOWS * TIMES) / 1e6} M events`,
      rounds: 3,
      figures: READER.filter(({ key }) => key !== "sent"),
      ratios: ["perSecond"],
      peer: XML,
      cases: Object.entries(COMMANDS).map(([name, words]) => ({
        name,
        needs: "conntrack",
        run: () => measure(words, isPeer(name) ? ROOM : {}),
      })),
      // At most 0.4 times the processor's time of conntrack for each event.
      goals: [{ of: OURS, figure: "perSecond", least: 2.5, to: XML }],
    };
    let theirs;
    yield {
      title: "at full speed",
      rounds: 1,
      figures: READER.filter(({ key }) => key === "lost"),
      ratios: [],
      peer: XML,
      cases: [
        {
          name: OURS,
          needs: "conntrack",
          run: async () => {
            const [ours, other] = await loseTogether();
            theirs = other;
            return ours;
          },
        },
        { name: XML, needs: "conntrack", run: () => theirs },
      ],
    };
  },
};
