import { beforeAll, expect, test } from "vitest";
import { type Lab, MAIN, openLab, type Running } from "../helpers/lab.ts";
import { HELD, openBusStream } from "../helpers/serve.ts";

/** As the units have it (src/core/service): a user that is not root, with one capability, which programs inherit. */
const AS_USER = [
  ..."--reuid=65534 --regid=65534 --clear-groups --no-new-privs".split(" "),
  ..."--inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin --bounding-set=-all,+net_admin".split(" "),
];

const SERVE = `version: 1
serve:
  groups: [1]
  flows: {}
  bus: { mode: "0666" }
  store: { topics: [{ match: "nft:*", max-size: 16MiB }] }
`;
const CAPTURE = `version: 1
capture: { groups: [2], ring: { directory: /run/ring, files: 4 } }
`;
const RULES =
  'table inet t { chain c { type filter hook output priority 0; udp dport 9 log prefix "one " group 1; udp dport 9 log prefix "two " group 2; ct state new; }; }';

beforeAll(() => {
  if (process.getuid?.() !== 0) throw new Error("another user needs real root");
});

async function openServed(): Promise<Lab> {
  const lab = await openLab();
  await lab.run("tee", ["/run/serve.yaml"], SERVE);
  await lab.run("tee", ["/run/capture.yaml"], CAPTURE);
  await lab.run("install", "-d -o 65534 -g 65534 /run/netlogctl-serve /var/lib/netlogctl-serve /run/ring".split(" "));
  expect(await lab.run("nft", [RULES])).toMatchObject({ code: 0 });
  return lab;
}

function start(lab: Lab, ...words: string[]): Running {
  const script = 'echo "pid $$" >&2; exec "$@"';
  return lab.start("sh", ["-c", HELD, script, "setpriv", ...AS_USER, process.execPath, MAIN, ...words]);
}

async function send(lab: Lab): Promise<void> {
  await lab.run("bash", ["-c", "echo > /dev/udp/127.0.0.1/9"]);
}

test("with CAP_NET_ADMIN alone the log service tells packets and flows, stores them, and ends in order", async () => {
  await using lab = await openServed();
  const served = start(lab, "serve", "-f", "/run/serve.yaml");
  const pid = (await served.line("pid ")).slice("pid ".length);
  await served.line("telling at ");
  const stream = openBusStream(lab, "--count", "1");
  await send(lab);
  expect(await stream.next()).toMatchObject({ prefix: "one ", dport: 9 });
  const count = async (): Promise<unknown> => await lab.netlogctl("packets", "query", "--count");
  await expect.poll(count, { timeout: 60_000 }).toEqual({ code: 0, stdout: "1\n", stderr: "" });
  const rights = await lab.run("stat", [
    "-c",
    "%u %a",
    "/run/netlogctl-serve/bus.sock",
    "/var/lib/netlogctl-serve/events.db",
  ]);
  expect(rights.stdout).toBe("65534 666\n65534 640\n");
  await lab.run("kill", ["-TERM", pid]);
  expect(await served.ended).toBe(0);
  expect(served.rest().join("\n")).not.toMatch(/EPERM|EACCES|not permitted/);
});

test("with CAP_NET_ADMIN alone packets are captured; root reads the ring, and gives it what it puts there", async () => {
  await using lab = await openServed();
  const capture = start(lab, "capture", "run", "-f", "/run/capture.yaml", "--count", "1");
  await capture.line("captures ");
  await send(lab);
  expect(await capture.ended).toBe(0);
  const own = await lab.netlogctl("capture", "run", "-f", "/run/capture.yaml", "--timeout", "1s");
  expect(own).toMatchObject({ code: 0 });
  const { stdout } = await lab.run("sh", [
    "-c",
    "stat -c '%u' /run/ring/* /run/ring/.lock | sort -u; ls /run/ring/*.pcapng",
  ]);
  expect(stdout).toMatch(/^65534\n\/run\/ring\/pcap-\d{14}\.pcapng\n/);
  expect((await lab.netlogctl("capture", "list", "--ring", "/run/ring", "--json")).stdout).toContain('"packets": 1');
});
