import { describe, expect, test } from "vitest";
import { HELPERS, type Lab, openLab, type Ran } from "../helpers/lab.ts";

const RUNNER = `${HELPERS}/cut-off-run.js`;
const PERSISTED = "/etc/netlogctl/default-log.nft";

/** Everything that the change of cut-off-run.js touches. */
interface Seen {
  readonly bound: Record<string, string>;
  readonly thisBoot: string;
  readonly persisted: string | undefined;
}

async function look(lab: Lab): Promise<Seen> {
  const [bound, thisBoot, persisted] = await Promise.all([
    lab.bound(),
    lab.run("sh", ["-c", "cat /run/netlogctl/*/default-log.nft"]),
    lab.text(PERSISTED),
  ]);
  return { bound, thisBoot: thisBoot.stdout, persisted };
}

async function prepare(lab: Lab): Promise<Seen> {
  await lab.netlogctl("default", "log", "inet", "kernel", "--persist");
  return await look(lab);
}

function cutOff(lab: Lab, signal: string, calls: number, verb: "set" | "recover"): Promise<Ran> {
  return lab.run(process.execPath, [RUNNER, signal, String(calls), verb]);
}

/** What the change leaves if nothing cuts it off, and how many calls it takes. */
async function wholeRun(): Promise<{ old: Seen; changed: Seen; calls: number }> {
  await using lab = await openLab();
  const old = await prepare(lab);
  const { stdout } = await cutOff(lab, "SIGKILL", 0, "set");
  return { old, changed: await look(lab), calls: Number(stdout) };
}

/** Kills the change after a call; the next command must leave the old or the new state whole, and say which. */
async function killAndLook(call: number, old: Seen, changed: Seen): Promise<string> {
  await using lab = await openLab();
  await prepare(lab);
  expect((await cutOff(lab, "SIGKILL", call, "set")).code, `killed after call ${call}`).not.toBe(0);

  const { stderr, code } = await lab.netlogctl("status");
  const seen = await look(lab);
  const isChanged = JSON.stringify(seen) === JSON.stringify(changed);
  expect(code).toBe(0);
  expect(seen, `after call ${call}`).toEqual(isChanged ? changed : old);
  expect((await lab.run("find", ["/run", "-name", "*.json"])).stdout).toBe("");
  if (stderr === "") return "-";
  expect(stderr).toContain(isChanged ? "it stands" : "is undone");
  return isChanged ? "stands" : "undone";
}

describe("a change that is cut off", () => {
  test("by kill -9 after any call: the next command finishes or undoes it, and says which", async () => {
    const { old, changed, calls } = await wholeRun();
    expect(calls).toBeGreaterThan(8);
    expect(changed).not.toEqual(old);

    const said: string[] = [];
    for (let call = 1; call <= calls; call += 1) said.push(await killAndLook(call, old, changed));
    // Before the journal there is nothing to say, after it everything is said until the journal is gone.
    expect(said.join(" ")).toMatch(/^(- )+(undone )+(stands )+-( -)*$/);
  });

  test("by kill -9 once more while it is being undone: the command after that ends it", async () => {
    const { old, calls } = await wholeRun();
    const middle = calls - 4;
    for (let call = 1; call < 40; call += 1) {
      await using lab = await openLab();
      await prepare(lab);
      await cutOff(lab, "SIGKILL", middle, "set");
      const { code } = await cutOff(lab, "SIGKILL", call, "recover");
      await lab.netlogctl("logger", "list");
      expect(await look(lab), `undoing killed after call ${call}`).toEqual(old);
      if (code === 0) {
        expect(call).toBeGreaterThan(3);
        return;
      }
    }
    expect.unreachable("the undoing never came to its end");
  });

  test("by SIGTERM after any call: it undoes itself at once", async () => {
    const { old, changed, calls } = await wholeRun();
    for (let call = 1; call <= calls; call += 1) {
      await using lab = await openLab();
      await prepare(lab);
      const { code } = await cutOff(lab, "SIGTERM", call, "set");
      const seen = await look(lab);
      expect(seen, `SIGTERM after call ${call}`).toEqual(code === 0 ? changed : old);
      expect((await lab.netlogctl("status")).stderr).toBe("");
    }
  });

  test("what somebody else changed in between is left as it is, and said", async () => {
    await using lab = await openLab();
    await prepare(lab);
    const { calls } = await wholeRun();
    await cutOff(lab, "SIGKILL", calls - 4, "set");
    await lab.run("tee", ["/proc/sys/net/netfilter/nf_log/2"], "NONE");
    const { stderr } = await lab.netlogctl("default", "log");
    expect(stderr).toContain("ip: somebody else changed it since; it is left as it is");
    expect((await lab.bound())[2]).toBe("NONE");
  });

  test("a journal that cannot be read is a fault that names it", async () => {
    await using lab = await openLab();
    await prepare(lab);
    await lab.run("sh", ["-c", "for d in /run/netlogctl/*/; do echo '{\"version\":1}' > $d/journal.json; done"]);
    const { code, stderr } = await lab.netlogctl("default", "log", "ip", "none");
    expect(code).toBe(1);
    expect(stderr).toMatch(/journal\.json: an earlier change was cut off, and its journal cannot be read/);
    expect((await lab.bound())[2]).toBe("nf_log_ipv4");
  });
});
