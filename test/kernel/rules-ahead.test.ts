import { expect, test } from "vitest";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";

const FILTER = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 23 drop
	}
}
`;
const INTENT = `version: 1
rules:
  - { name: drops, into: inet filter input, before: drop, log: { prefix: "drop " } }
  - { name: web, hook: input, match: { tcp: { dport: 80 } }, log: { prefix: "web " } }
`;

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

/** Applies an intent that comes in only after something else was done: by then nft has long listed the ruleset. */
async function applyAfter(lab: Lab, something: () => Promise<unknown>): Promise<number | null> {
  const running = lab.start(process.execPath, [MAIN, "rules", "apply", "-f", "-", "--yes"]);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await something();
  running.send(INTENT);
  running.endInput();
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

test("a foreign rule that comes while the intent is read is seen, and ours stand around it", async () => {
  await using lab = await prepared();
  expect(await applyAfter(lab, () => lab.run("nft", ["insert rule inet filter input udp dport 1 drop"]))).toBe(0);
  const ours = `counter log prefix "drop " comment "netlogctl:drops"`;
  expect(await listed(lab)).toContain(
    `		udp dport 1 ${ours}\n		udp dport 1 drop\n		tcp dport 23 ${ours}\n		tcp dport 23 drop\n`,
  );
});

test("a rule of ours that somebody deletes while the intent is read is made again", async () => {
  await using lab = await prepared();
  expect((await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes")).code).toBe(0);
  const before = await listed(lab);
  expect(await applyAfter(lab, () => lab.run("nft", ["flush chain inet netlogctl input"]))).toBe(0);
  expect(await listed(lab)).toBe(before);
});

test("an intent with a fault is answered without waiting for nft", async () => {
  await using lab = await prepared();
  await lab.run("sh", [
    "-c",
    `mkdir /run/bin; printf '#!/bin/sh\\nexec sleep 30\\n' > /run/bin/nft; chmod +x /run/bin/nft`,
  ]);
  const { code, stderr } = await lab.run("env", [
    `PATH=/run/bin:${process.env["PATH"]}`,
    ...["timeout", "20", process.execPath, MAIN, "rules", "apply", "-f", "/run/none.yaml", "--yes"],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("/run/none.yaml") });
});
