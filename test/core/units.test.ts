import { describe, expect, test } from "vitest";
import { restoreUnit } from "../../src/core/service/restore-unit.ts";
import { serveUnit } from "../../src/core/service/serve-unit.ts";

test.each([
  [["/usr/bin/node", "/opt/net log/main.js"], 'ExecStart=/usr/bin/node "/opt/net log/main.js" restore'],
  [["/usr/bin/node", '/o/50%/$HOME/"x"\\y'], 'ExecStart=/usr/bin/node "/o/50%%/$$HOME/\\"x\\"\\\\y" restore'],
])("a command line is quoted so that systemd expands nothing: %j", (program, line) => {
  expect(restoreUnit(program).text.split("\n")).toContain(line);
});

describe("the log service", () => {
  const linesOf = (wish: Partial<Parameters<typeof serveUnit>[1]> = {}): string[] =>
    serveUnit(["/usr/bin/netlogctl"], {
      ...{ file: undefined, hasKernelLog: false, hasGroup: false, metrics: undefined },
      ...wish,
    }).text.split("\n");

  test("its intent is named only if it is another", () => {
    expect(linesOf()).toContain("ExecStart=/usr/bin/netlogctl serve");
    expect(linesOf({ file: "/etc/a b.yaml" })).toContain('ExecStart=/usr/bin/netlogctl serve --file "/etc/a b.yaml"');
  });

  test("it reads the kernel log if the intent wants that", () => {
    expect(linesOf()).toEqual(expect.arrayContaining(["ProtectKernelLogs=yes", "PrivateDevices=yes"]));
    const lines = linesOf({ hasKernelLog: true });
    expect(lines).toEqual(expect.arrayContaining(["DeviceAllow=/dev/kmsg r", "ProtectKernelLogs=no"]));
    expect(lines).toContain("CapabilityBoundingSet=CAP_NET_ADMIN CAP_SYSLOG");
    expect(linesOf({ hasGroup: true })).toContain("CapabilityBoundingSet=CAP_NET_ADMIN CAP_CHOWN");
    expect(lines).not.toContain("PrivateDevices=yes");
  });

  test.each([
    [undefined, "RestrictAddressFamilies=AF_UNIX AF_NETLINK", "IPAddressDeny=any"],
    ["/run/figures.sock", "RestrictAddressFamilies=AF_UNIX AF_NETLINK", "IPAddressDeny=any"],
    ["127.0.0.1:9469", "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6", "IPAddressAllow=localhost"],
    ["10.0.0.1:9469", "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6", undefined],
  ])("figures at %s", (metrics, families, addresses) => {
    const lines = linesOf({ metrics });
    expect(lines).toContain(families);
    const found = lines.filter((line) => line.startsWith("IPAddress"));
    expect(found.at(-1)).toBe(addresses);
  });
});
