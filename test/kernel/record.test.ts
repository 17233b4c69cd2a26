import { expect, test } from "vitest";
import type { Diagnosis, LogSite, Recorded, Status } from "../../src/index.ts";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";

const RULES = `table inet lab {
  limit few {
    rate 5/minute
  }
  set friends {
    type ipv4_addr; flags interval
    elements = { 10.1.0.0/16, 192.168.7.1-192.168.7.9 }
  }
  map to {
    type ipv6_addr : verdict
    elements = { fd00:1::5 : jump jumped }
  }
  chain jumped {
    log prefix "from 10.1.2.3: " group 7 snaplen 64 comment "host fd00:1::5, 52:54:00:12:34:56"
  }
  chain input {
    type filter hook input priority 0
    ip saddr @friends limit name few counter log prefix "friend " group 3
    ip6 saddr vmap @to
    ether saddr 52:54:00:12:34:56 log prefix "ether "
  }
}
table ip asleep {
  flags dormant
  chain output {
    type filter hook output priority 0
    ip daddr 10.1.2.3 log group 9
  }
}`;

const INTENT = `version: 1
default-log: { ip: user group 7 }
rules:
  - name: ssh
    hook: input
    match: { iifname: eth0, ip: { saddr: 10.1.2.3 } }
    log: { prefix: "ssh ", group: 7 }
`;

/** A lab with rules, an intent that was applied, and a listener, here or in a namespace with a name. */
async function openWatched(netns: string | undefined): Promise<Lab> {
  const lab = await openLab();
  const inside = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  if (netns !== undefined) expect(await lab.run("ip", ["netns", "add", netns])).toMatchObject({ code: 0 });
  const [nft = "", ...words] = [...inside, "nft", "-f", "-"];
  expect(await lab.run(nft, words, RULES)).toMatchObject({ code: 0, stderr: "" });
  await lab.run("tee", ["/run/netlog.yaml"], INTENT);
  const options = netns === undefined ? [] : ["--netns", netns];
  expect(await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes", ...options)).toMatchObject({
    code: 0,
  });
  const [file = "", ...args] = [...inside, process.execPath, `${HELPERS}/nflog-listen.js`, "7"];
  await lab.start(file, args).line("listening");
  return lab;
}

test.each([undefined, "blue"])(
  "status, explain and doctor say of a recorded machine what they say live: namespace %s",
  async (netns) => {
    await using lab = await openWatched(netns);
    const options = netns === undefined ? [] : ["--netns", netns];
    const { files } = await lab.json<Recorded>("record", "/run/machine", ...options);
    expect((await lab.run("sh", ["-c", "cd /run/machine; find . -type f"])).stdout.trim().split("\n").sort()).toEqual(
      files.map((file) => `./${file}`).sort(),
    );
    const live = await lab.json<LogSite[]>("explain", ...options);
    expect(live.find(({ prefix }) => prefix === "ssh ")).toMatchObject({ name: "ssh", file: "/run/netlog.yaml:4" });
    expect(await lab.json("explain", "--machine", "/run/machine")).toEqual(live);
    const { host, ...status } = await lab.json<Status>("status", ...options);
    expect(await lab.json("status", "--machine", "/run/machine")).toEqual({
      ...status,
      host: "recorded machine /run/machine",
    });
    expect(host).not.toContain("recorded");
    const [examined, recorded] = [
      await lab.json<Diagnosis[]>("doctor", "--fail-on", "never", ...options),
      await lab.json<Diagnosis[]>("doctor", "--fail-on", "never", "--machine", "/run/machine"),
    ];
    expect(recorded).toEqual(examined);
    expect(examined.map(({ code }) => code)).toContain("no-limit");

    const again = await lab.netlogctl("record", "/run/machine", ...options);
    expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("is not empty") });
  },
);

test("--redact leaves no address in it, and all else", async () => {
  await using lab = await openWatched(undefined);
  const { code, stdout } = await lab.netlogctl("record", "--redact", "/run/machine");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\n[0-9]+ addresses are replaced; names of interfaces, .* prefixes and comments are still in it\n$/,
  );
  const found = await lab.run("grep", ["-r", "-i", "-E", "10\\.1\\.|192\\.168\\.7|fd00:1|52:54:00", "/run/machine"]);
  expect(found).toMatchObject({ code: 1, stdout: "" });
  const of = (sites: LogSite[]): unknown[] =>
    sites.map(({ place, to, why, meant, copiedBytes, name }) => [place, to, why, meant, copiedBytes, name]);
  const redacted = await lab.json<LogSite[]>("explain", "--machine", "/run/machine");
  expect(of(redacted)).toEqual(of(await lab.json<LogSite[]>("explain")));
  expect(redacted.map(({ prefix }) => prefix)).toContainEqual(
    expect.stringMatching(/^from (192\.0\.2|198\.51\.100)\.\d+: $/),
  );
  expect((await lab.netlogctl("status", "--machine", "/run/machine")).code).toBe(0);
});

test("what cannot be written is a fault, and leaves nothing", async () => {
  await using lab = await openLab();
  expect(await lab.netlogctl("record", "/run/none/such")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("ENOENT"),
  });
  expect((await lab.netlogctl("record")).code).toBe(2);
  await lab.run("mount", ["-t", "tmpfs", "-o", "size=8k", "small", "/mnt"]);
  expect(await lab.netlogctl("record", "/mnt/machine")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("ENOSPC"),
  });
  expect((await lab.run("ls", ["-A", "/mnt"])).stdout).toBe("");
});
