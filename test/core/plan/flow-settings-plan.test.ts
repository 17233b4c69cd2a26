import { describe, expect, test } from "vitest";
import { parseFlowSettings } from "../../../src/core/flow-settings/parse.ts";
import type { Machine } from "../../../src/core/model/machine.ts";
import { Plan } from "../../../src/core/model/plan.ts";
import { planFlowSettings } from "../../../src/core/plan/flow-settings-plan.ts";
import { differencesOf, previewLines } from "../../../src/core/plan/preview.ts";
import { bindings, FLOWS, MACHINE } from "../../helpers/facts.ts";

const LATE = "it concerns flows that begin from now on: those that are tracked already go on as they began";

function plan(line: string, machine: Partial<Machine> = {}): Plan {
  return planFlowSettings({ ...MACHINE, ...machine }, parseFlowSettings(line.split(" ")));
}

describe("settings of flows as steps", () => {
  test("each that differs, in the kernel's order, with its way back; a journal holds it", () => {
    const made = plan("timestamp=on acct=1 events=2");
    expect(made.title).toBe("flows set timestamp=on acct=on events=auto");
    expect(previewLines(made)).toEqual(["nf_conntrack_acct: 0 -> 1", "nf_conntrack_timestamp: 0 -> 1"]);
    expect(made.steps[0]).toEqual({
      change: { do: "set-flow-setting", setting: "acct", value: 1 },
      undo: { do: "set-flow-setting", setting: "acct", value: 0 },
    });
    expect(made.notes).toEqual([LATE]);
    expect(differencesOf(made)[0]).toEqual({ what: "nf_conntrack_acct", before: "0", after: "1" });
    expect(Plan.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  test("what is so already is no step, and nothing to be known", () => {
    expect(plan("acct=off events=auto")).toMatchObject({ steps: [], notes: [] });
  });

  test("log_invalid holds at once; it needs a logger that is bound", () => {
    expect(plan("log_invalid=tcp").notes).toEqual([]);
    const both = plan("log_invalid=all", { bindings: bindings(null) }).notes;
    expect(both).toEqual([expect.stringMatching(/^no logger is bound for ip and ip6: .* log inet kernel$/)]);
    const [ip, ip6] = [bindings("nf_log_ipv4"), bindings(null)].map((rows, at) => rows.slice(at, at + 1));
    expect(plan("log_invalid=6", { bindings: [...(ip ?? []), ...(ip6 ?? [])] }).notes).toEqual([
      expect.stringMatching(/^no logger is bound for ip6: .* log ip6 kernel$/),
    ]);
    expect(plan("log_invalid=off", { bindings: bindings(null) }).notes).toEqual([]);
  });

  test("where conntrack is not loaded, or the kernel lacks one, it is a fault that says which", () => {
    const none = { events: undefined, acct: undefined, timestamp: undefined, log_invalid: undefined };
    expect(() => plan("acct=on", { flows: none })).toThrow(
      "nf_conntrack_acct is not there: nf_conntrack is not loaded",
    );
    expect(() => plan("acct=on timestamp=on", { flows: { ...FLOWS, timestamp: undefined } })).toThrow(
      "nf_conntrack_timestamp is not there: this kernel was built without it",
    );
  });
});
