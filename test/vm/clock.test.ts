import { beforeAll, describe, expect, test } from "vitest";
import type { CaptureIndex } from "../../src/core/capture/capture-index.ts";
import type { PacketEvent } from "../../src/core/event/event.ts";
import type { Problem } from "../../src/index.ts";
import { answerOf, BOOT_TIMEOUT_MS, runSteps, type StepResult } from "./vm.ts";

const CONFIRM_SECONDS = 90;
const LOCK_SECONDS = 30;
const NAMES = ["serve", "capture", "watch", "stream"];

/** What all steps share. What does not come to be within a minute and a half ends its step with what was said until then. */
const WORDS = `
now() { cut -d . -f 1 /proc/uptime; }
never() { echo "never: $1"; tail -n 5 /run/*.err; date; ls -la /srv/ring; exit 9; } >&2
until_so() { for _ in {1..90}; do eval "$1" && return; sleep 1; done; never "$1"; }
# Who may write would take away the log of writes at its end.
stored() { sqlite3 -readonly /var/lib/netlogctl-serve/events.db 'SELECT coalesce(sum(count), 0) FROM blocks'; }
# A packet is told twice: of its group, and of the kernel log; before it so many are there.
send() { echo > /dev/udp/127.0.0.1/9; until_so '[ "$(stored)" -ge '$((2 * $1 + 2))' ]'; until_so "ls /srv/ring/*.part > /dev/null 2>&1"; }
# Behind a packet by another clock the file before it is closed.
put() { date -s "$1" > /dev/null; now; send "$2"; until_so '[ "$(ls /srv/ring/*.pcapng 2> /dev/null | wc -l)" -ge '"$2"' ]'; cat /srv/ring/removed.ndjson 2> /dev/null >&2; true; }
note_end() { (until eval "$2"; do sleep 0.5; done; now > "/run/$1.end") > /dev/null 2>&1 & }
right() { echo "@$(($(cat /run/began) + $(now)))"; }
`;

const steps = {
  start: `${WORDS}
rm -rf /var/lib/netlogctl /etc/netlogctl # what the machine below has: it stays there
date -s 12:00 > /dev/null
echo $(($(date +%s) - $(now))) > /run/began
cat > /run/serve.yaml <<'END'
version: 1
serve: { groups: [1], kernel-log: true, store: { topics: [{ match: "nft:*", max-age: 1d }] } }
archive: { vault: /srv/vault, format: tgz, machines: { here: { events: true } } }
END
cat > /run/old.yaml <<'END'
version: 1
default-log: { ip: kernel }
rules: [{ name: placed, into: inet filter input, before: drop, log: { prefix: "placed " } }]
END
sed 's/"placed "/"other "/' /run/old.yaml > /run/new.yaml
nft 'table inet filter { chain input { type filter hook input priority 0; ct state invalid drop; }; }'
nft 'table inet t { chain c { type filter hook output priority 0; udp dport 9 log prefix "new " group 1 log prefix "cap " group 2 log prefix "kern "; }; }'
netlogctl rules apply -f /run/old.yaml --yes || exit
while read -r name words; do
  (netlogctl $words > /run/$name.out 2> /run/$name.err & echo $! > /run/$name.pid; wait $!; echo $? > /run/$name.code) &
  until_so "[ -s /run/$name.err ] || [ -s /run/$name.out ]"
done <<'END'
serve serve -f /run/serve.yaml
capture capture run -g 2 --ring /srv/ring --age 1d --free 1KiB
watch watch --repair
stream packets stream --source bus --after 0 --json
END
send 0`,
  apply: `${WORDS} now
netlogctl rules apply -f /run/new.yaml --yes --confirm-within ${CONFIRM_SECONDS}s >&2 || exit
note_end timer "cat /run/netlogctl/*/rolled-back.json"`,
  forward: `${WORDS} put '2 days' 1`,
  status: "netlogctl status --json",
  pullAhead: "netlogctl archive pull -f /run/serve.yaml --day $(date -d '2 days ago' +%F) --json",
  back: `${WORDS} put '2 days ago' 2`,
  // In a namespace without a name no timer of systemd waits.
  alone: `${WORDS}
unshare --net -- sleep 3600 & alone=$!
until_so '[ $(readlink /proc/'$alone'/ns/net) != $(readlink /proc/self/ns/net) ]'
printf 'version: 1\\nrules: [{ name: ssh, hook: input, log: { prefix: "ssh " } }]\\n' > /run/alone.yaml
now; nsenter -t $alone -n netlogctl rules apply -f /run/alone.yaml --yes --confirm-within ${CONFIRM_SECONDS}s >&2 || exit
note_end process "! nsenter -t $alone -n nft list tables | grep -q netlogctl"
put '2001-02-03 04:05:06' 3`,
  lock: `${WORDS}
flock /run/netlogctl/lock sleep 3600 & holder=$!
now
netlogctl default log arp none --lock-timeout ${LOCK_SECONDS} & waiting=$!
until_so "pgrep -x flock -P $waiting > /dev/null"
date -s "$(right)" > /dev/null
wait $waiting; echo $?
now; pkill -x -P $holder sleep; true`,
  again: `${WORDS} put "$(right)" 4`,
  ends: `${WORDS} for name in timer process; do until_so "[ -s /run/$name.end ]"; cat /run/$name.end; done`,
  repair: `${WORDS}
printf 'flush chain inet filter input\\nadd rule inet filter input ct state invalid drop\\n' | nft -f -
until_so "nft list chain inet filter input | grep -q placed"`,
  // Of the processor in ten seconds, in hundredths of it.
  used: `${WORDS}
ticks() { sed 's/.*) //' /proc/$(cat /run/$1.pid)/stat | awk '{ print $12 + $13 }'; }
for name in ${NAMES.join(" ")}; do ticks $name; done > /run/before; sleep 10
for name in ${NAMES.join(" ")}; do ticks $name; done | paste - /run/before | awk '{ print ($1 - $2) / 10 }'`,
  pullAgain: `date -s '1 day' > /dev/null; netlogctl archive pull -f /run/serve.yaml --day yesterday --json`,
  stop: `${WORDS} for name in stream serve capture watch; do kill $(cat /run/$name.pid); until_so "[ -s /run/$name.code ]"; echo "$name $(cat /run/$name.code)"; done`,
  streamed: "cat /run/stream.out",
  ring: "ls /srv/ring; cat /srv/ring/removed.ndjson 2> /dev/null; jq -cs . /srv/ring/*.index.json >&2 || cat /srv/ring/*.index.json >&2",
  says: "cat /run/*.err",
};

describe("while the clock is put forward two days and back, and before the start and back", () => {
  let after: Record<keyof typeof steps, StepResult>;
  const numbers = (step: keyof typeof steps): number[] => after[step].stdout.trim().split("\n").map(Number);

  beforeAll(async () => {
    after = await runSteps(steps, { systemd: true, memory: 1536 });
    if (process.env["NETLOGCTL_VM_SAYS"] !== undefined) process.stdout.write(`${JSON.stringify(after, null, 1)}\n`);
  }, BOOT_TIMEOUT_MS);

  test("every step comes to its end", () => {
    for (const [name, { code, stderr }] of Object.entries(after))
      expect({ name, code, stderr }).toMatchObject({ code: 0 });
  });

  test("a change is taken back after real time, by a timer and by a process", () => {
    const [timer, alone] = numbers("ends") as [number, number];
    const [[begun = 0], [jumped = 0]] = [numbers("apply"), numbers("forward")];
    const [begunAlone = 0, jumpedAlone = 0] = numbers("alone");
    for (const [start, end, put] of [
      [begun, timer, jumped],
      [begunAlone, alone, jumpedAlone],
    ] as const) {
      expect(put - start).toBeLessThan(CONFIRM_SECONDS);
      expect(end - start).toBeGreaterThanOrEqual(CONFIRM_SECONDS);
      expect(end - start).toBeLessThan(2 * CONFIRM_SECONDS);
    }
    const { problems } = answerOf<{ problems: Problem[] }>(after.status);
    expect(problems.filter(({ code, severity }) => code === "unconfirmed" && severity === "error")).toEqual([]);
  });

  test("who waits for the lock gives up after real time", () => {
    const [begun, code, ended] = numbers("lock") as [number, number, number];
    expect(code).toBe(1);
    expect(ended - begun).toBeGreaterThanOrEqual(LOCK_SECONDS);
    expect(ended - begun).toBeLessThan(3 * LOCK_SECONDS);
  });

  test("all events are told once, in order of their cursors, the same time for the group and the kernel log", () => {
    const events = after.streamed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as PacketEvent);
    expect(events.map(({ kind }) => kind)).toEqual(Array(10).fill("packet"));
    const cursors = events.map(({ cursor }) => cursor as number);
    expect(cursors).toEqual([...new Set(cursors)].toSorted((one, other) => one - other));
    const daysOf = (prefix: string): string[] =>
      events.flatMap((event) => (event.prefix === prefix ? [event.ts.slice(0, 10)] : []));
    const days = daysOf("new ");
    expect(daysOf("kern ")).toEqual(days);
    const [day, ahead] = days as [string, string];
    expect(Date.parse(ahead) - Date.parse(day)).toBe(2 * 86_400_000);
    expect(days).toEqual([day, ahead, day, "2001-02-03", day]);
  });

  test("a ring begins a file with each clock, and deletes none", () => {
    const indexes = JSON.parse(after.ring.stderr) as CaptureIndex[];
    expect(indexes.map(({ packets, lost }) => [packets, lost])).toEqual(Array(5).fill([1, 0]));
    expect(after.ring.stdout).not.toContain("removed");
    for (const says of ["forward by 2d 00h", "back by 2d 00h", /back by 9\d{3}d \d\dh/, /forward by 9\d{3}d \d\dh/]) {
      expect(after.says.stdout).toMatch(
        new RegExp(`the clock was put ${says instanceof RegExp ? says.source : says}: the next packet`),
      );
    }
  });

  test("what was archived of a day by a clock ahead is archived again when it is over", () => {
    const countOf = (step: "pullAhead" | "pullAgain"): number[] => {
      const { machines } = answerOf<{ machines: { days: { parts: { count: number }[] }[] }[] }>(after[step]);
      return machines.flatMap(({ days }) => days.flatMap(({ parts }) => parts.map(({ count }) => count)));
    };
    expect(countOf("pullAhead")).toContain(2);
    expect(countOf("pullAgain")).toContain(6);
  });

  test("nothing spins, and all end in order", () => {
    for (const share of numbers("used")) expect(share).toBeLessThan(25);
    expect(after.stop.stdout).toBe("stream 0\nserve 0\ncapture 0\nwatch 143\n");
  });
});
