import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoggerRow } from "../../src/index.ts";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
});

const FIVE = ["ip", "arp", "netdev", "bridge", "ip6"];

describe("the raw table", () => {
  test("the sequence of the slides: all NONE, a logger present, bound, bound to nfnetlink_log", async () => {
    for (const family of FIVE) expect((await lab.netlogctl("logger", "unbind", family)).code).toBe(0);
    const none = await lab.json<LoggerRow[]>("logger", "list");
    expect(none.map(({ logger }) => logger)).toEqual(none.map(() => null));
    expect(none.find(({ row }) => row === 2)?.available).toEqual(["nf_log_ipv4", "nfnetlink_log"]);

    expect((await lab.netlogctl("logger", "bind", "ip", "nf_log_ipv4")).stdout).toBe("ip: NONE -> nf_log_ipv4\n");
    expect((await lab.netlogctl("logger", "bind", "2", "nfnetlink_log")).stdout).toBe(
      "ip: nf_log_ipv4 -> nfnetlink_log\n",
    );
    expect(await lab.bound()).toMatchObject({ 2: "nfnetlink_log", 3: "NONE", 5: "NONE", 7: "NONE", 10: "NONE" });
  });

  test("every row of the kernel's table is listed", async () => {
    const rows = await lab.json<LoggerRow[]>("logger", "list");
    expect(Object.fromEntries(rows.map(({ row, logger }) => [String(row), logger ?? "NONE"]))).toEqual(
      await lab.bound(),
    );
  });

  test.each([
    ["a name that the kernel takes for its prefix match", ["ip", "nf_log_ipv4XYZ"]],
    ["a name in capitals, which the kernel takes", ["ip", "NF_LOG_IPV4"]],
    ["the empty name, which the kernel ignores with success", ["ip", ""]],
    ["a blank before it", ["ip", " nf_log_ipv4"]],
    ["the kernel's word for nothing", ["ip", "NONE"]],
    ["a logger of another family", ["ip", "nf_log_ipv6"]],
    ["a module", ["ip", "nf_log_syslog"]],
    ["a family that governs nothing", ["inet", "nfnetlink_log"]],
    ["a family that is none", ["ipv6", "nfnetlink_log"]],
    ["a row that is none", ["13", "nfnetlink_log"]],
    ["a number of another spelling", ["0x2", "nfnetlink_log"]],
    ["a path", ["../nf_conntrack_log_invalid", "nfnetlink_log"]],
  ])("refused with exit 2, nothing changed: %s", async (_what, args) => {
    const before = await lab.bound();
    const { code, stdout, stderr } = await lab.netlogctl("logger", "bind", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^netlogctl: .+\n {2}.+\n$/);
    expect(await lab.bound()).toEqual(before);
  });

  test("a raw binding against the default log is carried out, and said", async () => {
    await lab.netlogctl("default", "log", "ip", "kernel");
    const { code, stderr } = await lab.netlogctl("logger", "bind", "ip", "nfnetlink_log");
    expect(code).toBe(0);
    expect(stderr).toContain("the default log says kernel, so nfnetlink_log counts as a difference");
  });
});

describe("other programs rewrite bindings", () => {
  test("tcpdump -i nflog takes ip over and leaves it so; status says who does that and how to go back", async () => {
    await lab.netlogctl("default", "log", "inet", "kernel");
    const tcpdump = lab.start("tcpdump", ["-i", "nflog:5", "-w", "/run/capture", "-Z", "root"]);
    // In a user namespace it cannot drop its privileges and ends at once; by then the binding is its own already.
    await Promise.race([tcpdump.ended, tcpdump.line("listening on").catch(() => "")]);
    await lab.run("pkill", ["-INT", "tcpdump"]);
    await tcpdump.ended;

    const { stdout } = await lab.netlogctl("status");
    expect(stdout).toContain("error: ip is bound to nfnetlink_log, the intent is kernel: tcpdump -i nflog");
    expect(stdout).toContain("remedy: netlogctl default log ip kernel\n");
    expect((await lab.netlogctl("default", "log", "ip", "kernel")).stdout).toBe("ip: nfnetlink_log -> nf_log_ipv4\n");
    expect((await lab.netlogctl("status")).stdout).not.toContain("error:");
  });

  test("reading changes no binding", async () => {
    const before = await lab.bound();
    const listener = lab.start(process.execPath, [`${HELPERS}/nflog-listen.js`, "0"]);
    await listener.line("listening");
    for (const args of [["status"], ["default", "log"], ["module", "list"], ["netns", "show"], ["logger", "list"]]) {
      expect((await lab.netlogctl(...args)).code).toBe(0);
    }
    expect(await lab.bound()).toEqual(before);
  });
});

test("whatever default log is set, the table is as it says, and setting it again is nothing to do", async () => {
  const destination = fc.constantFrom("kernel", "none", "user", "user group 7");
  const wanted = fc.dictionary(fc.constantFrom(...FIVE), destination, { minKeys: 1, maxKeys: 5 });
  const names: Record<string, string> = { ip: "ipv4", ip6: "ipv6", arp: "arp", netdev: "netdev", bridge: "bridge" };
  const rows: Record<string, number> = { ip: 2, arp: 3, netdev: 5, bridge: 7, ip6: 10 };
  await fc.assert(
    fc.asyncProperty(wanted, async (families) => {
      const before = await lab.bound();
      const text = Object.entries(families)
        .map(([family, to]) => `default log ${family} ${to}\n`)
        .join("");
      await lab.run("tee", ["/run/wanted.nft"], text);
      expect((await lab.netlogctl("default", "log", "-f", "/run/wanted.nft")).code).toBe(0);

      const loggers = {
        kernel: (family: string) => `nf_log_${names[family]}`,
        none: () => "NONE",
        user: () => "nfnetlink_log",
      };
      const expected = Object.entries(families).map(([family, to]) => [
        rows[family],
        loggers[(to.split(" ")[0] ?? "none") as keyof typeof loggers](family),
      ]);
      expect(await lab.bound()).toEqual({ ...before, ...Object.fromEntries(expected) });

      const again = await lab.netlogctl("default", "log", "-f", "/run/wanted.nft");
      expect(again.stdout).toBe("nothing to do: it is so already\n");
    }),
    { numRuns: Number(process.env["NETLOGCTL_KERNEL_RUNS"] ?? 15) },
  );
});
