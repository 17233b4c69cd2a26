import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HELPERS, type Lab, openLab, type Ran } from "../helpers/lab.ts";

/** How many points of each change are tried by kill -9; all, and in each way, with NETLOGCTL_KILLS=all. */
const KILLS = process.env["NETLOGCTL_KILLS"] ?? "2";

const FOREIGN = `table inet filter {
  set bad { type ipv4_addr; elements = { 203.0.113.7, 203.0.113.9 } }
  chain input {
    type filter hook input priority 0; policy drop;
    ct state invalid counter drop
    tcp dport 22 counter accept comment "ssh"
    ip saddr @bad drop
  }
}
table ip others {
  limit calm { rate 5/second; }
  map to { type inet_service : verdict; elements = { 80 : accept, 81 : drop } }
  chain forward { type filter hook forward priority 5; limit name "calm" tcp dport vmap @to; log prefix "theirs "; }
}
`;

const OLD = `version: 1
default-log: { ip: kernel }
sets: { trusted: { type: ip, elements: [192.0.2.0/24, 198.51.100.7] } }
rules:
  - { name: ssh, hook: input, match: { ip: { saddr: "!@trusted" }, tcp: { dport: 22 } }, log: { prefix: "ssh " }, limit: { rate: 5/minute, name: shared } }
  - { name: dns, hook: input, match: { udp: { dport: 53 } }, log: { prefix: "dns " }, limit: { rate: 5/minute, name: shared } }
  - { name: dropped, into: inet filter input, before: drop, log: { prefix: "drop " }, limit: 5/minute }
`;
const NEW = OLD.replace("ip: kernel", "ip: user group 0, ip6: user group 3")
  .replaceAll("5/minute", "9/minute")
  .replace("192.0.2.0/24", "203.0.113.0/25")
  .replace("dport: 22 ", "dport: [22, 2222] ")
  .replace("drop ", "dropped ");
const BARE = OLD.replace(/default-log.*\n/, "");

/** A change, and what is applied before it. */
interface Scenario {
  readonly before: readonly (readonly string[])[];
  /** What has to be made anew each time: it tells of handles. */
  readonly anew?: readonly string[];
  readonly change: readonly string[];
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "apply of an edited intent": { before: [["apply", "/run/old.yaml"]], change: ["apply", "/run/new.yaml"] },
  "apply that awaits confirmation": {
    before: [["apply", "/run/old.yaml"]],
    change: ["apply-unconfirmed", "/run/new.yaml"],
  },
  "rollback to a revision": {
    before: [
      ["apply", "/run/old.yaml"],
      ["apply", "/run/new.yaml"],
    ],
    change: ["rollback", "1"],
  },
  "take-back of what was not confirmed": {
    before: [["apply", "/run/old.yaml"]],
    anew: ["apply-unconfirmed", "/run/new.yaml"],
    change: ["take-back"],
  },
  "default log that lowers rules anew": {
    before: [["apply", "/run/bare.yaml"]],
    change: ["default-log", "inet", "user", "group", "5"],
  },
  remove: { before: [["apply", "/run/new.yaml"]], change: ["remove"] },
};

/** Everything that a change of rules touches; the time of its making is left out, and what nft was to be asked. */
const LOOK = `cd /
nft -s list ruleset
grep -v '^ *[0-9]* NONE' /proc/net/netfilter/nf_log
for file in $(find /run/netlogctl /var/lib/netlogctl -type f ! -name lock ! -name 'question-*' | sort); do echo "== $file"; cat $file; done`;

/** What is not ours, with handles and counters, but for the tables' own handles, which a reset makes anew. */
const LOOK_AT_FOREIGN =
  "nft -a list ruleset | grep -v 'netlogctl:' | sed '/^table inet netlogctl/,/^}/d; s/^\\(table .*\\) # handle.*/\\1/'";

const SAVE = `rm -rf /run/saved; mkdir /run/saved; cp -a /run/netlogctl /run/saved/run; cp -a /var/lib/netlogctl /run/saved/lib
{ echo flush ruleset; nft list ruleset; } > /run/saved/ruleset
awk '{ print $1, $2 }' /proc/net/netfilter/nf_log > /run/saved/bound`;
const RESET = `set -e; rm -rf /run/netlogctl /var/lib/netlogctl/*; cp -a /run/saved/run /run/netlogctl; cp -a /run/saved/lib/. /var/lib/netlogctl
nft -f /run/saved/ruleset
while read row logger; do echo $logger > /proc/sys/net/netfilter/nf_log/$row; done < /run/saved/bound`;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  for (const [name, text] of Object.entries({ old: OLD, new: NEW, bare: BARE }))
    await lab.run("tee", [`/run/${name}.yaml`], text);
});
afterAll(() => lab[Symbol.asyncDispose]());

const sh = async (script: string): Promise<string> => {
  const { code, stdout, stderr } = await lab.run("sh", ["-c", script]);
  expect({ code, stderr }, script).toEqual({ code: 0, stderr: "" });
  return stdout;
};
const look = async (): Promise<string> => (await sh(LOOK)).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
const runner = (signal: string, call: number, ...change: readonly string[]): Promise<Ran> =>
  lab.run(process.execPath, [`${HELPERS}/cut-off-run.js`, signal, String(call), ...change]);

/** What was before a change, what it makes, and how many calls it takes. */
interface Ends {
  readonly old: string;
  readonly made: string;
  readonly calls: number;
}

async function reset({ anew }: Scenario): Promise<void> {
  await sh(RESET);
  if (anew !== undefined) expect(await runner("SIGKILL", 0, ...anew)).toMatchObject({ code: 0, stderr: "" });
}

async function prepare(scenario: Scenario): Promise<Ends> {
  await sh(
    "rm -rf /run/netlogctl /var/lib/netlogctl/*; for row in 2 10; do echo NONE > /proc/sys/net/netfilter/nf_log/$row; done",
  );
  await lab.run("tee", ["/run/foreign.nft"], `flush ruleset\n${FOREIGN}`);
  await sh("nft -f /run/foreign.nft");
  for (const step of scenario.before) expect(await runner("SIGKILL", 0, ...step)).toMatchObject({ code: 0 });
  await sh(SAVE);

  await reset(scenario);
  const old = await look();
  const { code, stdout, stderr } = await runner("SIGKILL", 0, ...scenario.change);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const made = await look();
  expect(made).not.toBe(old);
  return { old, made, calls: Number(stdout) };
}

/** Some points of so many, spread evenly. */
function some(calls: number, share = 1): number[] {
  const count = KILLS === "all" ? calls : Math.min(calls, Math.ceil(Number(KILLS) * share));
  return Array.from({ length: count }, (_, index) => Math.ceil(((index + 0.5) * calls) / count));
}

/** Resets, does something, and sees to it that nothing of others was touched. */
async function afresh(scenario: Scenario, act: () => Promise<void>): Promise<void> {
  await reset(scenario);
  const foreign = await sh(LOOK_AT_FOREIGN);
  await act();
  expect(await sh(LOOK_AT_FOREIGN)).toBe(foreign);
}

/** After the next command the machine is as it was or as the change makes it, and that is what was said. */
async function isWhole({ old, made }: Ends, what: string): Promise<string> {
  const { code, stderr } = await lab.netlogctl("logger", "list");
  expect(code).toBe(0);
  const seen = await look();
  const isMade = seen === made;
  expect(seen, what).toBe(isMade ? made : old);
  if (stderr === "") return "-";
  expect(stderr, what).toMatch(isMade ? /it stands|is finished/ : /is undone/);
  return isMade ? "made" : "undone";
}

describe.each(Object.entries(SCENARIOS))("%s", (name, scenario) => {
  let ends: Ends;
  beforeAll(async () => {
    ends = await prepare(scenario);
  }, 120_000);
  const isFinished = name.startsWith("take-back");

  test("killed with -9: the next command makes it whole, and says how", async () => {
    const said: string[] = [];
    for (const call of some(ends.calls)) {
      await afresh(scenario, async () => {
        expect((await runner("SIGKILL", call, ...scenario.change)).code).not.toBe(0);
        said.push(await isWhole(ends, `killed after call ${call} of ${ends.calls}`));
      });
    }
    // Before the journal and after it there is nothing to say.
    expect(said.join(" ")).toMatch(isFinished ? /^(- ?)*(made ?)*(- ?)*$/ : /^(- ?)*(undone ?)*(made ?)*(- ?)*$/);
  });

  // Undoing is the same for all, finishing is not: the others are tried with NETLOGCTL_KILLS=all.
  const tried = KILLS === "all" || isFinished || name.startsWith("default log") ? [0.6] : [];
  test.each(tried)(
    "killed with -9, and once more while that is made good: the command after that ends it",
    async (at) => {
      const middle = Math.ceil(ends.calls * at);
      const ended = isFinished ? /made|-/ : /undone|-/;
      let hasEnded = false;
      const calls = KILLS === "all" ? 1000 : Number(KILLS) - 1;
      for (let call = 1; call <= calls && !hasEnded; call += 1) {
        await afresh(scenario, async () => {
          await runner("SIGKILL", middle, ...scenario.change);
          hasEnded = (await runner("SIGKILL", KILLS === "all" ? call : 2 * call, "recover")).code === 0;
          expect(await isWhole(ends, `recovery killed after call ${call}`)).toMatch(ended);
        });
      }
    },
  );

  test("SIGTERM: what was done is undone at once, or it is done", async () => {
    for (const call of some(ends.calls, 0.5)) {
      await afresh(scenario, async () => {
        const { code, stderr } = await runner("SIGTERM", call, ...scenario.change);
        expect([0, 143], `SIGTERM after call ${call}: ${stderr}`).toContain(code);
        expect(await look(), `SIGTERM after call ${call}`).toBe(code === 0 ? ends.made : ends.old);
      });
    }
  });
});
