import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";
import { firstDifference, listForeign } from "../helpers/foreign.ts";
import { type Lab, openLab, type Ran } from "../helpers/lab.ts";
import {
  HAS_PROGRAMS,
  type Neighbour,
  openLabWithPrograms,
  startDocker,
  startFirewalld,
  startFromText,
  startOwner,
  startUfw,
} from "../helpers/neighbours.ts";

const HOSTS = `${ROOT}fixtures/rulesets/hosts`;

const NEIGHBOURS: readonly {
  readonly name: string;
  readonly needsPrograms: boolean;
  start(lab: Lab): Promise<Neighbour>;
  /** Chains of theirs, and what a refusal to put a rule into one has to speak of. */
  readonly chains: readonly string[];
  readonly says: RegExp;
}[] = [
  {
    name: "firewalld",
    needsPrograms: true,
    start: startFirewalld,
    chains: ["inet firewalld filter_INPUT", "inet firewalld filter_IN_public_allow"],
    says: /firewalld/,
  },
  {
    name: "ufw",
    needsPrograms: true,
    start: startUfw,
    chains: ["ip filter INPUT", "ip filter ufw-user-input", "ip6 filter ufw6-before-input"],
    says: /iptables/,
  },
  {
    name: "Docker by iptables",
    needsPrograms: true,
    start: startDocker,
    chains: ["ip filter FORWARD", "ip filter DOCKER-USER", "ip nat DOCKER", "ip raw PREROUTING"],
    says: /iptables/,
  },
  {
    name: "Docker by nft",
    needsPrograms: false,
    start: (lab) => startFromText(lab, `${HOSTS}/docker-nftables.nft`, "ip docker-bridges"),
    chains: ["ip docker-bridges filter-FORWARD", "ip docker-bridges filter-forward-in__docker0"],
    says: /[Dd]ocker/,
  },
  {
    name: "libvirt",
    needsPrograms: false,
    start: (lab) => startFromText(lab, `${HOSTS}/libvirt.nft`, "ip libvirt_network"),
    chains: ["ip libvirt_network forward", "ip libvirt_network guest_input"],
    says: /libvirt/,
  },
];

/** Hooks of ours at the same places as theirs, limits, sets, and a device of ours. */
const OWN = `version: 1
default-log: { ip: user group 1, ip6: user group 2, arp: none }
sets: { some: { type: ip, elements: [192.0.2.0/24] } }
rules:
  - { name: in, hook: input, match: { ct: { state: new } }, log: { prefix: "in ", group: 5 }, limit: 5/minute }
  - { name: out, hook: output, log: { prefix: "out " }, limit: { rate: 1/second, per: daddr } }
  - { name: fwd, hook: forward, match: { iifname: docker0, ip: { saddr: "@some" } }, log: { prefix: "fwd " } }
  - { name: pre, hook: prerouting, match: { tcp: { dport: 80 } }, log: { group: 6 } }
  - { name: dev, hook: ingress, device: eth0, match: { tcp: { dport: 22 } }, log: { group: 7 } }
`;
const EDITED = OWN.replace("group: 5", "group: 9").replace(/ {2}- \{ name: fwd.*\n/, "");
const INTO = (chain: string): string =>
  `version: 1\nrules:\n  - { name: ours, hook: input, log: { group: 1 } }\n  - { name: theirs, into: ${chain}, at: start, log: { group: 1 } }\n`;

async function write(lab: Lab, path: string, text: string): Promise<string> {
  expect((await lab.run("tee", [path], text)).code).toBe(0);
  return path;
}

async function apply(lab: Lab, text: string, ...more: string[]): Promise<Ran> {
  return lab.netlogctl("rules", "apply", "-f", await write(lab, "/run/intent.yaml", text), "--yes", ...more);
}

function isDone({ code, stdout, stderr }: Ran): void {
  expect({ code, says: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, says: "" });
}

async function addInterfaces(lab: Lab): Promise<void> {
  for (const link of ["eth0", "br0"]) await lab.run("ip", ["link", "add", "name", link, "type", "bridge"]);
}

describe.each(NEIGHBOURS)("beside $name", ({ needsPrograms, start, chains, says }) => {
  const inLab = test.skipIf(needsPrograms && !HAS_PROGRAMS);
  let lab: Lab;
  let neighbour: Neighbour;
  beforeAll(async () => {
    if (needsPrograms && !HAS_PROGRAMS) return;
    lab = await (needsPrograms ? openLabWithPrograms() : openLab());
    await addInterfaces(lab);
    neighbour = await start(lab);
    await neighbour.reload(); // the first changes what the start made
    return () => lab[Symbol.asyncDispose]();
  });

  inLab.each(chains)("a rule of ours into %s is refused, and nothing of the intent is there", async (chain) => {
    const before = await lab.run("nft", ["-a", "list", "ruleset"]);
    const { code, stderr } = await apply(lab, INTO(chain));
    expect(code).toBe(1);
    expect(stderr).toContain(chain.split(" ").slice(0, 2).join(" "));
    expect(stderr).toMatch(says);
    expect((await lab.run("nft", ["-a", "list", "ruleset"])).stdout).toBe(before.stdout);
    await neighbour.check();
  });

  inLab("whatever is done in our tables, theirs stay byte for byte, and each can be loaded again", async () => {
    const [before, written] = [await listForeign(lab, "-a"), await listForeign(lab, "-s")];
    expect(before).not.toBe("");
    const isUntouched = async (after: string): Promise<void> => {
      expect(firstDifference(before, await listForeign(lab, "-a")), after).toBeUndefined();
      await neighbour.check();
    };

    isDone(await apply(lab, OWN));
    await isUntouched("apply");
    expect((await lab.run("nft", ["list", "tables"])).stdout).toMatch(/^table inet netlogctl$/m);
    isDone(await apply(lab, EDITED));
    await isUntouched("apply of the edited intent");
    isDone(await lab.netlogctl("rules", "rollback", "--yes"));
    await isUntouched("rollback");
    isDone(await lab.netlogctl("default", "log", "ip6", "user", "group", "3"));
    await isUntouched("another default log");
    isDone(await lab.netlogctl("rules", "rollback", "--yes"));

    await neighbour.reload();
    await neighbour.check();
    expect(firstDifference(written, await listForeign(lab, "-s")), "their reload").toBeUndefined();
    isDone(await lab.netlogctl("rules", "diff", await write(lab, "/run/own.yaml", OWN), "live", "--exit-code"));

    const reloaded = await listForeign(lab, "-a");
    isDone(await lab.netlogctl("rules", "remove", "--yes"));
    expect((await lab.run("nft", ["list", "tables"])).stdout).not.toContain("netlogctl");
    expect(firstDifference(reloaded, await listForeign(lab, "-a")), "remove").toBeUndefined();
  });
});

describe("a table that a live program owns", () => {
  test("is refused while it is there; our own rules do without it, and it stays until its owner ends", async () => {
    await using lab = await openLab();
    await addInterfaces(lab);
    const owner = await startOwner(lab);
    const before = await listForeign(lab, "-a");
    expect(before).toContain("flags owner");

    const { code, stderr } = await apply(lab, INTO("inet held c"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/inet held\b.*flag owner/);
    expect(await lab.run("nft", ["-a", "list", "ruleset"])).toMatchObject({ stdout: before });

    isDone(await apply(lab, OWN));
    isDone(await lab.netlogctl("rules", "remove", "--yes"));
    expect(firstDifference(before, await listForeign(lab, "-a"))).toBeUndefined();

    owner.endInput();
    await owner.ended;
    expect(await lab.run("nft", ["list", "ruleset"])).toMatchObject({ code: 0, stdout: "" });
  });

  test("even if it is named as ours is: apply is a fault, remove leaves it, and it stays", async () => {
    await using lab = await openLab();
    await addInterfaces(lab);
    const owner = await startOwner(lab, "inet netlogctl");
    const before = await lab.run("nft", ["-a", "list", "ruleset"]);
    const refused = await apply(lab, OWN);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/the table inet netlogctl is there already, and was not made by|flag owner/);
    const adopting = await apply(lab, OWN, "--adopt");
    expect(adopting.code).toBe(1);
    expect(adopting.stderr).toMatch(/inet netlogctl\b.*flag owner/);
    isDone(await lab.netlogctl("rules", "remove", "--yes"));
    expect(await lab.run("nft", ["-a", "list", "ruleset"])).toEqual(before);
    owner.endInput();
    await owner.ended;
  });
});
