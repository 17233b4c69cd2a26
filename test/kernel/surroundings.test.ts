import { expect, test } from "vitest";
import type { AllNetns, ModuleState, Status } from "../../src/index.ts";
import { MAIN, openLab } from "../helpers/lab.ts";

test("in another namespace the switch is said to be elsewhere, and cannot be set", async () => {
  await using lab = await openLab();
  expect(await lab.json<AllNetns>("netns", "show")).toEqual({
    isHere: false,
    path: "/proc/sys/net/netfilter/nf_log_all_netns",
    value: null,
  });
  for (const verb of ["allow", "deny"]) {
    const { code, stderr } = await lab.netlogctl("netns", verb);
    expect(code).toBe(1);
    expect(stderr).toContain(`run it there: nsenter --net=/proc/1/ns/net netlogctl netns ${verb}`);
  }
});

test("modules that are built in or loaded are known as such, and loading them is nothing to do", async () => {
  await using lab = await openLab();
  const modules = await lab.json<ModuleState[]>("module", "list");
  const present = modules.filter(({ name }) => ["nf_log_syslog", "nf_log_ipv4", "nfnetlink_log"].includes(name));
  expect(present.map(({ state }) => state)).toEqual(present.map(() => expect.stringMatching(/^(built in|loaded)$/)));
  expect((await lab.netlogctl("module", "load", "nfnetlink_log", "nf_log_ipv4")).stdout).toBe(
    "nothing to do: it is so already\n",
  );
});

test("module load --persist keeps what others wrote, and names each module once", async () => {
  await using lab = await openLab();
  await lab.run("mkdir", ["-p", "/etc/modules-load.d"]);
  const path = "/etc/modules-load.d/netlogctl.conf";
  await lab.run("tee", [path], "# mine\nnfnetlink_log");
  await lab.netlogctl("module", "load", "nfnetlink_log", "nf_log_syslog", "nf_log_syslog", "--persist");
  expect(await lab.text(path)).toBe("# mine\nnfnetlink_log\nnf_log_syslog\n");
});

test("a name that is no module of netfilter logging is refused", async () => {
  await using lab = await openLab();
  const { code, stderr } = await lab.netlogctl("module", "load", "nf_log_sylog");
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean "nf_log_syslog"?');
});

test("where /proc/sys/net/netfilter is hidden, a change is one fault and nothing stays", async () => {
  await using lab = await openLab();
  expect((await lab.run("mount", ["-t", "tmpfs", "none", "/proc/sys/net/netfilter"])).code).toBe(0);
  const { code, stdout, stderr } = await lab.netlogctl("default", "log", "ip", "none");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^netlogctl: cannot make the step ip: nf_log_ipv4 -> NONE: .*no such file \(ENOENT\)\n {2}.+\n$/,
  );
  expect((await lab.run("find", ["/run", "-name", "*.json", "-o", "-name", "*.nft"])).stdout).toBe("");
  expect((await lab.netlogctl("status")).code).toBe(0);
});

test("where /proc/sys is read-only, as in a container, the fault says so", async () => {
  await using lab = await openLab();
  await lab.run("mount", ["--bind", "/proc/sys", "/proc/sys"]);
  expect((await lab.run("mount", ["-o", "remount,bind,ro", "/proc/sys"])).code).toBe(0);
  const { code, stderr } = await lab.netlogctl("logger", "unbind", "ip");
  expect(code).toBe(1);
  expect(stderr).toContain("the place is read-only (EROFS)");
});

test("status names what is wrong, the worst first, each with its remedy", async () => {
  await using lab = await openLab();
  await lab.run("tee", ["/proc/sys/net/netfilter/nf_conntrack_log_invalid"], "255");
  await lab.netlogctl("logger", "unbind", "ip");
  await lab.netlogctl("default", "log", "ip6", "user");
  await lab.netlogctl("logger", "bind", "ip6", "nf_log_ipv6");
  const { problems } = await lab.json<Status>("status");
  expect(problems.map(({ severity, code, families }) => [severity, code, families])).toEqual([
    ["error", "binding-differs", ["ip6"]],
    ["error", "invalid-lost", ["ip"]],
    ["warning", "no-logger", ["ip"]],
  ]);
  for (const { remedy } of problems) expect(remedy).toMatch(/^netlogctl default log /);
});

test("status --watch shows the page again when something changes, a line each with --json", async () => {
  await using lab = await openLab();
  const watching = lab.start(process.execPath, [MAIN, "status", "--watch", "--interval", "1", "--json"]);
  expect(JSON.parse(await watching.line("{"))).toMatchObject({
    families: [{ family: "ip", bound: "nf_log_ipv4" }, {}, {}, {}, {}],
  });
  await lab.netlogctl("logger", "unbind", "ip");
  expect(JSON.parse(await watching.line("{"))).toMatchObject({
    families: [{ family: "ip", bound: null }, {}, {}, {}, {}],
  });
});

test("a pipe that closes ends status --watch", async () => {
  await using lab = await openLab();
  const script = `"${process.execPath}" "${MAIN}" status --watch --interval 1 | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const watching = lab.start("bash", ["-c", script]);
  await watching.line("this machine");
  await lab.netlogctl("logger", "unbind", "ip");
  expect(await watching.ended).toBe(0);
});

const ARCHIVE_OF_ALL =
  "{ vault: { at: 'ssh:vault' }, keep: 365d, machines: { a: { at: 'netns:a', captures: true, prune: 2d }, b: { at: 'qubes:b', events: true } } }";

test.each([
  ["restore", ""],
  ["serve", "{ groups: [0] }"],
  ["serve", "{ groups: [0], kernel-log: true, metrics: '127.0.0.1:9469', bus: { group: adm } }"],
  ["capture", "{ groups: [5] }"],
  ["capture", "{ interface: any, filter: 'port 53', ring: { directory: '/srv/a ring' } }"],
  ["archive", "{ machines: { router: { captures: true, kernel-log: ['SYSFW:'], prune: 2d } } }"],
  ["archive", ARCHIVE_OF_ALL],
])("the unit of %s is what systemd-analyze verify takes, with little exposure: %s", async (unit, section) => {
  await using lab = await openLab();
  const intent = "/run/netlog.yaml";
  await lab.run("tee", [intent], `version: 1\n${unit === "restore" ? "" : `${unit}: ${section}\n`}`);
  const file = unit === "restore" ? [] : ["-f", intent];
  const { files } = await lab.json<{ files: { name: string; text: string }[] }>("service", "render", unit, ...file);
  const units = files.filter(({ name }) => !name.endsWith(".conf"));
  for (const { name, text } of units) await lab.run("tee", [`/run/${name}`], text);

  const paths = units.map(({ name }) => `/run/${name}`);
  const verified = await lab.run("systemd-analyze", ["verify", ...paths]);
  expect(verified).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const path = `/run/netlogctl-${unit}.service`;
  const { stdout: security } = await lab.run("systemd-analyze", ["security", "--offline=true", "--threshold=30", path]);
  expect(Number(/Overall exposure level for \S+ ([0-9.]+)/.exec(security)?.[1])).toBeLessThan(3);
});

test("service install writes and enables the unit, once", async () => {
  await using lab = await openLab();
  const { code, stdout } = await lab.netlogctl("service", "install");
  expect(code).toBe(0);
  expect(stdout).toContain("unit netlogctl-restore.service: disabled -> enabled\n");
  expect((await lab.run("systemctl", ["is-enabled", "netlogctl-restore.service"])).stdout).toBe("enabled\n");
  expect((await lab.netlogctl("service", "install")).stdout).toBe("nothing to do: it is so already\n");
});

test("service install leaves a unit to the package that has it as it is wanted, and writes one beside it that is wanted otherwise", async () => {
  await using lab = await openLab();
  const { stdout: text } = await lab.netlogctl("service", "render");
  const packaged = "/usr/lib/systemd/system/netlogctl-restore.service";
  await lab.run("mount", ["-t", "tmpfs", "packaged", "/usr/lib/systemd/system"]);
  await lab.run("tee", [packaged], text);

  const { stdout } = await lab.netlogctl("service", "install");
  expect(stdout).toBe("unit netlogctl-restore.service: disabled -> enabled\n");
  const own = "/etc/systemd/system/netlogctl-restore.service";
  expect(await lab.text(own)).toBeUndefined();
  expect((await lab.netlogctl("service", "install")).stdout).toBe("nothing to do: it is so already\n");

  await lab.run("tee", [packaged], `${text}# of another version\n`);
  expect((await lab.netlogctl("service", "install")).stdout).toContain(`${own}: no file -> `);
  expect(await lab.text(own)).toBe(text);
});

test("service install of the archive writes all of its files, and enables its timer", async () => {
  await using lab = await openLab();
  await lab.run(
    "tee",
    ["/etc/netlogctl.yaml"],
    "version: 1\narchive: { vault: /run/vault, machines: { it: { captures: true } } }\n",
  );
  await lab.run("mkdir", ["--mode=0755", "/run/vault"]);
  const install = ["service", "install", "archive", "-f", "/etc/netlogctl.yaml"];
  const { code, stdout, stderr } = await lab.netlogctl(...install);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("directory /run/vault: root:root 0755 -> root:root 0700\n");
  expect(stderr).toContain("systemctl start netlogctl-archive.timer\n");
  expect(stdout).toContain("unit netlogctl-archive.timer: disabled -> enabled\n");
  expect((await lab.run("systemctl", ["is-enabled", "netlogctl-archive.timer"])).stdout).toBe("enabled\n");
  expect(await lab.text("/etc/systemd/system/netlogctl-archive.service")).toContain(
    "archive pull --file /etc/netlogctl.yaml",
  );
  expect((await lab.netlogctl(...install)).stdout).toBe("nothing to do: it is so already\n");
});
