import { describe, expect, test } from "vitest";
import { ArchiveDocument } from "../../src/core/archive/schema.ts";
import type { Fault } from "../../src/core/model/fault.ts";
import { BUS_SOCKET } from "../../src/core/serve/schema.ts";
import { archiveService } from "../../src/core/service/archive-units.ts";
import { captureService } from "../../src/core/service/capture-unit.ts";
import { restoreUnit } from "../../src/core/service/restore-unit.ts";
import { serveService } from "../../src/core/service/serve-unit.ts";
import type { Service } from "../../src/core/service/unit.ts";

test.each([
  [["/usr/bin/node", "/opt/net log/main.js"], 'ExecStart=/usr/bin/node "/opt/net log/main.js" restore'],
  [["/usr/bin/node", '/o/50%/$HOME/"x"\\y'], 'ExecStart=/usr/bin/node "/o/50%%/$$HOME/\\"x\\"\\\\y" restore'],
])("a command line is quoted so that systemd expands nothing: %j", (program, line) => {
  expect(restoreUnit(program).text.split("\n")).toContain(line);
});

test("no word of a command line begins a line of its own in a unit", () => {
  expect(() => restoreUnit(["/usr/bin/node", "/run/p\nExecStartPre=x/main.js"])).toThrow(
    'a unit of systemd cannot hold "/run/p\\nExecStartPre=x/main.js"',
  );
});

describe("the log service", () => {
  const linesOf = (wish: Partial<Parameters<typeof serveService>[1]> = {}): string[] =>
    serveService(["/usr/bin/netlogctl"], {
      ...{ file: undefined, hasKernelLog: false, bus: { socket: BUS_SOCKET }, store: undefined, metrics: undefined },
      ...wish,
    }).files[0].text.split("\n");

  test("its intent is named only if it is another", () => {
    expect(linesOf()).toContain("ExecStart=/usr/bin/netlogctl serve");
    expect(linesOf({ file: "/etc/a b.yaml" })).toContain('ExecStart=/usr/bin/netlogctl serve --file "/etc/a b.yaml"');
  });

  test("it reads the kernel log if the intent wants that", () => {
    expect(linesOf()).toEqual(expect.arrayContaining(["ProtectKernelLogs=yes", "PrivateDevices=yes"]));
    const lines = linesOf({ hasKernelLog: true });
    expect(lines).toEqual(expect.arrayContaining(["DeviceAllow=/dev/kmsg r", "ProtectKernelLogs=no"]));
    expect(lines).toContain("CapabilityBoundingSet=CAP_NET_ADMIN CAP_SYSLOG");
    expect(lines).not.toContain("PrivateDevices=yes");
  });

  test.each([
    [undefined, "RestrictAddressFamilies=AF_UNIX AF_NETLINK", "IPAddressDeny=any"],
    ["/run/figures/it.sock", "RestrictAddressFamilies=AF_UNIX AF_NETLINK", "IPAddressDeny=any"],
    ["127.0.0.1:9469", "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6", "IPAddressAllow=localhost"],
    ["10.0.0.1:9469", "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6", undefined],
  ])("figures at %s", (metrics, families, addresses) => {
    const lines = linesOf({ metrics });
    expect(lines).toContain(families);
    const found = lines.filter((line) => line.startsWith("IPAddress"));
    expect(found.at(-1)).toBe(addresses);
  });
});

const PROGRAM = ["/usr/bin/netlogctl"];

/** The lines of the file whose path ends so. */
function linesIn({ files }: Service, ending: string): string[] {
  return files.find(({ path }) => path.endsWith(ending))?.text.split("\n") ?? [];
}

describe("the user of the log service", () => {
  const served = (wish: object = {}): Service =>
    serveService(PROGRAM, {
      ...{ file: undefined, hasKernelLog: false, bus: { socket: BUS_SOCKET }, store: undefined, metrics: undefined },
      ...wish,
    });

  test("comes with it, has no shell, and has one capability", () => {
    expect(linesIn(served(), "sysusers.d/netlogctl.conf")).toContain('u netlogctl - "Logs of netfilter" - -');
    expect(linesIn(served(), ".service")).toEqual(
      expect.arrayContaining(["User=netlogctl", "AmbientCapabilities=CAP_NET_ADMIN", "NoNewPrivileges=yes"]),
    );
  });

  test.each([
    [undefined, []],
    ["netlogctl", []],
    ["adm", ["SupplementaryGroups=adm"]],
    ["4", ["SupplementaryGroups=4"]],
  ])("hands the socket to the group %s, being one of it", (group, lines) => {
    const found = linesIn(served({ bus: { socket: BUS_SOCKET, group } }), ".service");
    expect(found.filter((line) => line.startsWith("SupplementaryGroups="))).toEqual(lines);
  });

  test("writes into directories of its own, none of which root obeys", () => {
    expect(linesIn(served(), ".service")).toEqual(
      expect.arrayContaining(["RuntimeDirectory=netlogctl-serve", "StateDirectory=netlogctl-serve"]),
    );
    expect(served().files).toHaveLength(2);
    const other = served({ bus: { socket: "/state/api/eventbus.sock" }, store: "/srv/events/all.db" });
    expect(linesIn(other, ".service")).toContain("ReadWritePaths=/state/api /srv/events");
    expect(linesIn(other, "netlogctl-bus.conf")).toContain("d /state/api 0755 netlogctl netlogctl -");
    expect(linesIn(other, "netlogctl-store.conf")).toEqual(
      expect.arrayContaining(["d /srv/events 0750 netlogctl netlogctl -", "Z /srv/events - netlogctl netlogctl -"]),
    );
  });

  test.each([
    { bus: { socket: "/run/netlogctl/bus.sock" } },
    { bus: { socket: "/run/bus.sock" } },
    { store: "/var/lib/netlogctl/events.db" },
    { store: "/var/lib/netlogctl/revisions/events.db" },
    { metrics: "/etc/figures.sock" },
  ])("cannot have a directory of the system's or of root's: %j", (wish) => {
    expect(() => served(wish)).toThrow(expect.objectContaining({ code: "bad-input" }) as Fault);
  });
});

describe("a ring of captures", () => {
  const captured = (directory = "/var/log/netpcap", hasInterface = false): Service =>
    captureService(PROGRAM, { file: "/etc/netlogctl/netlog.yaml", directory, hasInterface });

  test("it is run by its intent, and writes into the ring only", () => {
    const lines = linesIn(captured(), ".service");
    expect(lines).toContain("ExecStart=/usr/bin/netlogctl capture run --file /etc/netlogctl/netlog.yaml");
    expect(lines.filter((line) => line.startsWith("ReadWritePaths="))).toEqual(["ReadWritePaths=/var/log/netpcap"]);
    expect(linesIn(captured(), "tmpfiles.d/netlogctl-capture.conf")).toContain(
      "d /var/log/netpcap 2750 netlogctl netlogctl -",
    );
    expect(linesIn(captured(), "sysusers.d/netlogctl.conf")).toContain('u netlogctl - "Logs of netfilter" - -');
    expect(lines).toEqual(expect.arrayContaining(["User=netlogctl", "AmbientCapabilities=CAP_NET_ADMIN"]));
  });

  test.each([
    [false, "CapabilityBoundingSet=CAP_NET_ADMIN", "RestrictAddressFamilies=AF_UNIX AF_NETLINK"],
    [true, "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW", "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_PACKET"],
  ])("of an interface: %s", (hasInterface, ...allowed) => {
    expect(linesIn(captured("/srv/ring", hasInterface), ".service")).toEqual(expect.arrayContaining(allowed));
  });

  test("in its directory's name nothing is expanded", () => {
    const service = captured("/srv/50% of it");
    expect(linesIn(service, ".service")).toContain('ReadWritePaths="/srv/50%% of it"');
    expect(linesIn(service, "netlogctl-capture.conf")).toContain('d "/srv/50%% of it" 2750 netlogctl netlogctl -');
  });

  test.each(['/srv/"x"', "/srv/a\\b", "/srv/a\nExecStartPre=/bin/evil"])("no unit can name %j", (directory) => {
    expect(() => captured(directory)).toThrow(expect.objectContaining({ code: "bad-input" }) as Fault);
  });
});

describe("the nightly archive", () => {
  const archived = (archive: object): Service =>
    archiveService(PROGRAM, { file: "/etc/a.yaml", archive: ArchiveDocument.parse(archive) });
  const here = { captures: true, prune: "2d" };

  test("a timer starts it at night, also if the machine was off", () => {
    const service = archived({ machines: { router: here } });
    expect(service.enabled).toBe("netlogctl-archive.timer");
    expect(linesIn(service, ".timer")).toEqual(
      expect.arrayContaining(["OnCalendar=*-*-* 03:35:00", "Persistent=true", "RandomizedDelaySec=10min"]),
    );
    const lines = linesIn(service, ".service");
    expect(lines).toContain("ExecStart=/usr/bin/netlogctl archive pull --file /etc/a.yaml");
    expect(lines).not.toContain("[Install]");
  });

  test("the vault is kept small and young by it where the intent says so, also if a machine was off", () => {
    const prune = "ExecStopPost=/usr/bin/netlogctl archive prune --file /etc/a.yaml";
    for (const kept of [{ keep: "365d" }, { "max-size": "50GiB" }]) {
      expect(linesIn(archived({ ...kept, machines: { router: here } }), ".service")).toContain(prune);
    }
    expect(linesIn(archived({ machines: { router: here } }), ".service")).not.toContain(prune);
  });

  test("of a command of one's own it is said that the unit may have to allow more", () => {
    const box = { at: { exec: ["lxc-attach", "-n", "box", "--", "sh", "-c", "{command}"] }, captures: true };
    const { notes } = archived({ machines: { router: here, box, edge: { at: "ssh:edge", captures: true } } });
    expect(notes).toEqual([
      expect.stringMatching(/^box is reached by .*\(lxc-attach\).*systemctl edit netlogctl-archive/),
    ]);
    expect(archived({ machines: { router: here } }).notes).toEqual([]);
  });

  test("it writes into the vault, and into rings here that are pruned", () => {
    const writes = (archive: object): string[] =>
      linesIn(archived(archive), ".service").filter((line) => line.startsWith("ReadWritePaths="));
    const ours = "ReadWritePaths=/var/lib/netlogctl/NetLogs";
    expect(linesIn(archived({ machines: { router: here } }), ".service")).toContain(
      "CapabilityBoundingSet=CAP_DAC_OVERRIDE",
    );
    expect(writes({ machines: { router: { captures: true } } })).toEqual([ours]);
    expect(writes({ machines: { router: here } })).toEqual([`${ours} -/var/log/netpcap`]);
    expect(writes({ vault: { at: "qubes:vault" }, machines: { x: { at: "ssh:x", ...here } } })).toEqual([]);
  });

  test("the vault's directory is root's alone, if it is here", () => {
    const line = "d /srv/vault 0700 root root -";
    expect(linesIn(archived({ vault: "/srv/vault", machines: { router: here } }), "archive.conf")).toContain(line);
    expect(archived({ vault: { at: "ssh:vault" }, machines: { router: here } }).files).toHaveLength(2);
  });

  test.each([
    ["here", ["RestrictAddressFamilies=AF_UNIX", "IPAddressDeny=any", "PrivateDevices=yes"], "RestrictNamespaces=net"],
    ["ssh:root@edge", ["RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6"], "IPAddressDeny=any"],
    [
      { exec: ["docker", "{command}"] },
      ["RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6"],
      "IPAddressDeny",
    ],
    ["qubes:sys-dns", ["DeviceAllow=/dev/xen/gntdev rw", "IPAddressDeny=any"], "PrivateDevices=yes"],
    ["netns:blue", ["CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_ADMIN", "RestrictNamespaces=net"], "xen"],
  ])("a machine at %j has it reach that, and no more", (at, allowed, not) => {
    const lines = linesIn(archived({ machines: { it: { at, captures: true } } }), ".service");
    expect(lines).toEqual(expect.arrayContaining(allowed));
    expect(lines).not.toContain(not);
  });
});
