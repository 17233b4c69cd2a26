import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

const TIMERS = "systemctl list-units --all --plain --no-legend 'netlogctl-rollback-*'";
const NEW = "netlogctl rules apply -f /run/new.yaml --yes --confirm-within";

describe("where systemd is the first process, a change that awaits confirmation", () => {
  const steps = {
    intents: `rm -rf /var/lib/netlogctl /etc/netlogctl # what the machine below has: it stays there
cat > /run/old.yaml <<'END'
version: 1
default-log: { ip: kernel }
rules: [{ name: ssh, hook: input, match: { tcp: { dport: 22 } }, log: { prefix: "ssh " } }]
END
sed 's/ip: kernel/ip: user group 0/; s/22/2222/' /run/old.yaml > /run/new.yaml`,
    old: "netlogctl rules apply -f /run/old.yaml --yes",
    oldRules: "nft -s list ruleset",
    oldTable: "cat $table",
    // What stands for a session: systemd kills all that is left in its control group when it ends.
    session: `systemd-run --quiet --pipe --wait --setenv=PATH="$PATH" ${NEW} 60s`,
    timers: "systemctl list-timers --all --plain --no-legend 'netlogctl-rollback-*'",
    newRules: "nft -s list ruleset",
    takenBack: "for i in $(seq 120); do cat /run/netlogctl/*/rolled-back.json 2> /dev/null && break; sleep 1; done",
    ended: `while systemctl --quiet is-active 'netlogctl-rollback-*.service'; do sleep 1; done; ${TIMERS}`,
    rules: "nft -s list ruleset",
    table: "cat $table",
    history: "netlogctl rules history --json",
    again: `${NEW} 600s && netlogctl rules confirm`,
    unitsAfterConfirm: TIMERS,
    back: "netlogctl rules apply -f /run/old.yaml --yes --confirm-within 600s && netlogctl rules rollback",
    unitsAfterRollback: TIMERS,
    confirmedRules: "nft -s list ruleset",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps, { systemd: true });
  }, BOOT_TIMEOUT_MS);

  test("is waited for by a timer", () => {
    expect(after.session.stderr).toContain("it is taken back in 60 s");
    expect(after.timers.stdout).toMatch(/netlogctl-rollback-[0-9a-f]{16}\.timer/);
    expect(after.newRules.stdout).toContain("2222");
  });

  test("is taken back though the session that made it has ended", () => {
    expect(JSON.parse(after.takenBack.stdout)).toMatchObject({ why: "it was not confirmed", left: [] });
    expect(after.rules.stdout).toBe(after.oldRules.stdout);
    expect(boundRows(after.table.stdout)).toEqual(boundRows(after.oldTable.stdout));
    expect(answerOf<{ title: string }[]>(after.history)[0]?.title).toBe("revision 2 was not confirmed: back to 1");
    expect(after.ended.stdout).toBe("");
  });

  test("leaves no timer when it is confirmed, and none when it is taken back by hand", () => {
    expect(after.again.code).toBe(0);
    expect(after.unitsAfterConfirm.stdout).toBe("");
    expect(after.back.code).toBe(0);
    expect(after.unitsAfterRollback.stdout).toBe("");
    expect(after.confirmedRules.stdout).toContain("2222");
  });
});
