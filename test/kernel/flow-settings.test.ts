import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FlowSettingRow } from "../../src/index.ts";
import { examine, paste } from "../helpers/doctor.ts";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";

const DIRECTORY = "/proc/sys/net/netfilter";
let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
});

/** What the kernel itself says: [events, acct, timestamp, log_invalid]. */
async function kernel(): Promise<number[]> {
  const files = ["events", "acct", "timestamp", "log_invalid"].map((name) => `${DIRECTORY}/nf_conntrack_${name}`);
  return (await lab.run("cat", files)).stdout.trim().split("\n").map(Number);
}

describe("flows set", () => {
  test("what is set is what the kernel has, here only; setting it again is nothing to do", async () => {
    const before = await kernel();
    const words = ["acct=on", "timestamp=1", "events=off", "log_invalid=udp"];
    const { code, stdout } = await lab.netlogctl("flows", "set", ...words, "--dry-run");
    expect({ code, after: await kernel() }).toEqual({ code: 0, after: before });
    expect(stdout).toContain("\n  nf_conntrack_acct: 0 -> 1\n");

    expect((await lab.netlogctl("flows", "set", ...words)).stdout.split("\n")).toContain("nf_conntrack_acct: 0 -> 1");
    expect(await kernel()).toEqual([0, 1, 1, 17]);
    const rows = await lab.json<FlowSettingRow[]>("flows", "settings");
    expect(rows.map(({ value }) => value)).toEqual([0, 1, 1, 17]);
    expect((await lab.netlogctl("flows", "set", ...words)).stdout).toBe("nothing to do: it is so already\n");

    await lab.run("ip", ["netns", "add", "blue"]);
    expect((await lab.netlogctl("flows", "set", "log_invalid=all", "--netns", "blue")).code).toBe(0);
    const blue = await lab.json<FlowSettingRow[]>("flows", "settings", "--netns", "blue");
    expect(blue.map(({ value }) => value)).toEqual([...before.slice(0, 3), 255]);
    expect(await kernel()).toEqual([0, 1, 1, 17]);
  });

  test.each([
    ["a name that is none", ["acct=on", "act=on"], 'did you mean "acct"?'],
    ["a value that is none", ["timestamp=on", "acct=auto"], "its values are off, on"],
    ["a path", ["../nf_log/2=NONE"], "they are events, acct"],
    ["one of them twice", ["acct=on", "acct=off"], "say it once"],
    ["nothing", [], "for example: netlogctl flows set acct=on"],
  ])("refused with exit 2, nothing changed: %s", async (_what, words, remedy) => {
    const before = await kernel();
    const { code, stdout, stderr } = await lab.netlogctl("flows", "set", ...words);
    expect({ code, stdout, after: await kernel() }).toEqual({ code: 2, stdout: "", after: before });
    expect(stderr).toMatch(/^netlogctl: .+\n {2}.+\n$/);
    expect(stderr).toContain(remedy);
  });

  test("when the kernel refuses the last, those before it are undone", async () => {
    const before = await kernel();
    const file = `${DIRECTORY}/nf_conntrack_log_invalid`;
    await lab.run("mount", ["--bind", file, file]);
    await lab.run("mount", ["-o", "remount,bind,ro", file]);
    const { code, stdout, stderr } = await lab.netlogctl("flows", "set", "log_invalid=all", "acct=on", "timestamp=on");
    expect({ code, stdout, after: await kernel() }).toEqual({ code: 1, stdout: "", after: before });
    expect(stderr).toMatch(
      /^netlogctl: cannot make the step nf_conntrack_log_invalid: 0 -> 255: .*\(EROFS\)\n {2}.+\n$/,
    );
    expect((await lab.netlogctl("status")).stderr).toBe("");
  });

  test("a kernel that has no auto yet: it is said, and nothing is changed", async () => {
    await lab.netlogctl("flows", "set", "events=on");
    const before = await kernel();
    // As before 5.19, this file takes 0 and 1 only.
    await lab.run("mount", ["--bind", `${DIRECTORY}/nf_conntrack_acct`, `${DIRECTORY}/nf_conntrack_events`]);
    const { code, stderr } = await lab.netlogctl("flows", "set", "timestamp=on", "events=auto");
    expect(code).toBe(1);
    expect(stderr).toContain("nf_conntrack_events: 0 -> 2: ");
    expect(stderr).toMatch(/EINVAL.*\n {2}auto is of kernel 5\.19 and later: set events=on\n$/);
    await lab.run("umount", [`${DIRECTORY}/nf_conntrack_events`]);
    expect(await kernel()).toEqual(before);
  });

  test("killed in the middle, the next command undoes it and says so", async () => {
    const before = await kernel();
    const words = ["acct=on", "timestamp=on", "log_invalid=tcp"];
    const run = (calls: number) =>
      lab.run(process.execPath, [`${HELPERS}/cut-off-run.js`, "SIGKILL", String(calls), "flows", ...words]);
    const calls = Number((await run(0)).stdout);
    expect(await kernel()).toEqual([before[0], 1, 1, 6]);
    await lab.netlogctl("flows", "set", "acct=off", "timestamp=off", "log_invalid=off");

    // The last two calls remove the journal and what nft would have been handed; before them stand the three writes.
    expect((await run(calls - 3)).code).not.toBe(0);
    expect(await kernel()).toEqual([before[0], 1, 1, 0]);
    const { stderr } = await lab.netlogctl("flows", "settings");
    expect(stderr).toContain("an earlier change was cut off and is undone: flows set acct=on timestamp=on");
    expect(await kernel()).toEqual(before);
  });
});

test("doctor says what readers of flow events lack, and its remedies mend it", async () => {
  expect([...(await examine(lab)).keys()].filter((one) => one.startsWith("flow-"))).toEqual([]);
  await lab.netlogctl("flows", "set", "events=off");
  const reader = lab.start(process.execPath, [`${HELPERS}/flow-listen.js`, "7"]);
  await reader.line("listening");
  const found = await examine(lab);
  const codes = ["flow-events-off", "flow-counters-off", "flow-times-off", "flow-untracked"];
  expect([...found.keys()].filter((one) => one.startsWith("flow-"))).toEqual(codes);
  expect(found.get("flow-events-off")?.message).toMatch(/; flow events are read by .*\(pid \d+\)$/);

  for (const one of codes) await paste(lab, found.get(one));
  expect([...(await examine(lab)).keys()].filter((one) => one.startsWith("flow-"))).toEqual([]);
  expect((await kernel()).slice(0, 3)).toEqual([1, 1, 1]);
  expect(await lab.text(`${DIRECTORY}/nf_conntrack_count`)).toBe("0\n");
  await lab.run(process.execPath, [`${HELPERS}/send-many.js`, "1", "9"]);
  expect(await lab.text(`${DIRECTORY}/nf_conntrack_count`)).toBe("1\n");
});
