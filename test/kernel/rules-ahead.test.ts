import { expect, test } from "vitest";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";

const FILTER = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 23 drop
	}
}
`;
/** As many as an ordinary user can hand the kernel at once (net.core.wmem_default), in a file that is long all the same. */
const RULES = 400;
const LONG = "-".repeat(100);
const INTENT = `version: 1
rules:
  - { name: drops, into: inet filter input, before: drop, log: { prefix: "drop " } }
${Array.from({ length: RULES }, (_, at) => `  - { name: web-${at}, hook: input, match: { tcp: { dport: ${at} } }, log: { prefix: "web:${at} " } } # ${LONG}\n`).join("")}`;

async function prepared(): Promise<Lab> {
  const lab = await openLab();
  await lab.run("tee", ["/run/filter.nft"], FILTER);
  await lab.run("nft", ["-f", "/run/filter.nft"]);
  await lab.run("tee", ["/run/netlog.yaml"], INTENT);
  return lab;
}

async function generation(lab: Lab): Promise<number> {
  return Number((await lab.run(process.execPath, [`${HELPERS}/generation.js`])).stdout);
}

const listed = async (lab: Lab): Promise<string> => (await lab.run("nft", ["-s", "list", "ruleset"])).stdout;

/** Applies the intent, and does something once netlogctl, which has listed the ruleset by then, waits for its lock. */
async function applyAround(lab: Lab, something: () => Promise<unknown>): Promise<number | null> {
  await lab.run("mkdir", ["-p", "/run/netlogctl"]);
  const holder = lab.start("flock", ["/run/netlogctl/lock", "sh", "-c", "echo held; exec cat"]);
  await holder.line("held");
  const running = lab.start(process.execPath, [MAIN, "rules", "apply", "-f", "/run/netlog.yaml", "--yes"]);
  await running.line("waiting for another netlogctl");
  await something();
  holder.endInput();
  return await running.ended;
}

test("the kernel's number goes up by one with a transaction of whatever size, and not with what changes nothing", async () => {
  await using lab = await prepared();
  const before = await generation(lab);
  await lab.run("nft", ["list", "ruleset"]);
  await lab.run("nft", ["-c", "add", "table", "ip", "t"]);
  await lab.run("nft", ["add", "rule", "inet", "filter", "none", "log"]);
  expect(await generation(lab)).toBe(before);
  await lab.run("nft", ["add table ip t; add chain ip t c; add rule ip t c log"]);
  expect(await generation(lab)).toBe(before + 1);
  expect((await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes")).code).toBe(0);
  expect(await generation(lab)).toBe(before + 2);
});

test("a foreign rule that comes behind the listing is seen, and ours stand around it", async () => {
  await using lab = await prepared();
  expect(await applyAround(lab, () => lab.run("nft", ["insert rule inet filter input udp dport 1 drop"]))).toBe(0);
  const ours = `counter log prefix "drop " comment "netlogctl:drops"`;
  expect(await listed(lab)).toContain(
    `		udp dport 1 ${ours}\n		udp dport 1 drop\n		tcp dport 23 ${ours}\n		tcp dport 23 drop\n`,
  );
});

test("a rule of ours that somebody deletes behind the listing is made again", async () => {
  await using lab = await prepared();
  expect((await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes")).code).toBe(0);
  const before = await listed(lab);
  expect(await applyAround(lab, () => lab.run("nft", ["flush chain inet netlogctl input"]))).toBe(0);
  expect(await listed(lab)).toBe(before);
});

test("a long intent with a fault is answered without waiting for nft", async () => {
  await using lab = await prepared();
  const nft = "mkdir /run/bin; printf '#!/bin/sh\\nexec sleep 60\\n' > /run/bin/nft; chmod +x /run/bin/nft";
  await lab.run("sh", ["-c", `${nft}; echo '  - { name: wrong }' >> /run/netlog.yaml`]);
  const { code, stderr } = await lab.run("env", [
    `PATH=/run/bin:${process.env["PATH"]}`,
    ...["timeout", "30", process.execPath, MAIN, "rules", "apply", "-f", "/run/netlog.yaml", "--yes"],
  ]);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`/run/netlog.yaml:${RULES + 4}:5`),
  });
});
