import { expect, test } from "vitest";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";
import { openServe, writeIntent } from "../helpers/serve.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

/** Each packet that is sent is logged so often: more comes than can be written. */
const COPIES = 64;
const MANY = 500;
const RULES = `
table inet t {
  chain out {
    type filter hook output priority 0
    ${'udp dport 9 log prefix "one " group 1\n'.repeat(COPIES)}
    udp dport 9 log prefix "two " group 2
    udp dport 10 log prefix "three " group 3
  }
}
`;

const intentOf = (groups: string, more = ""): string =>
  `version: 1\nserve: { groups: ${groups}, room-mib: 1, metrics: /run/metrics.sock, bus: { keep: 1MiB }${more} }\n`;

/** How many packets of a group came and how many did not, by the figures of the service. */
async function accountOf(lab: Lab, topic: string, group: number): Promise<{ received: number; lost: number }> {
  const { stdout } = await lab.run(process.execPath, [`${HELPERS}/http-get.js`, "/run/metrics.sock", "/metrics"]);
  const figure = (name: string, label: string): number => {
    const line = stdout.split("\n").find((one) => one.startsWith(`netlogctl_${name}_total{`) && one.includes(label));
    return Number(line?.split(" ").at(-1) ?? 0);
  };
  return { received: figure("received", `"nft:${topic}"`), lost: figure("lost", `group="${group}"`) };
}

test("SIGHUP while more comes than is read: it reads other groups soon, and each packet came or is known to be lost", async () => {
  await using lab = await openLab();
  await ruleset(lab, RULES);
  const served = await openServe(lab, intentOf("[1, 2]"));
  const sender = lab.start(process.execPath, [`${HELPERS}/send-numbered.js`]);
  await sender.line("sending");
  let alsoSent = 0;
  for (const groups of ["1, 2, 3", "1, 3", "3, 1, 2", "3, 1", "2, 3, 1"]) {
    await writeIntent(lab, intentOf(`[${groups}]`, groups === "3, 1" ? ", payload-bytes: 0" : ""));
    // All room is taken when it goes on.
    await served.signal("STOP");
    const many = [`${HELPERS}/send-many.js`, String(MANY), "9"];
    expect(await lab.run(process.execPath, many)).toMatchObject({ code: 0 });
    alsoSent += MANY;
    await served.signal("HUP");
    await served.signal("CONT");
    await served.running.line(`read the intent again: reading NFLOG group ${groups}`);
  }
  sender.endInput();
  let sent = alsoSent + Number((await sender.line("sent ")).slice("sent ".length));
  // What found no room behind the last packet is known when another comes.
  for (let known = 0; known < sent * COPIES; ) {
    await sendUdp(lab, 9);
    sent += 1;
    const { received, lost } = await accountOf(lab, "one", 1);
    known = received + lost;
    expect(known).toBeLessThanOrEqual(sent * COPIES);
  }
  await sendUdp(lab, 10);
  while ((await accountOf(lab, "three", 3)).received === 0);
  expect(await accountOf(lab, "three", 3)).toEqual({ received: 1, lost: 0 });
  // While it was not read, nobody numbered what was logged to it.
  const two = await accountOf(lab, "two", 2);
  expect(two.received + two.lost).toBeLessThanOrEqual(sent);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  const lossOf = (group: number): unknown => expect.stringContaining(`group ${group}: `);
  expect(served.running.rest()).toEqual([lossOf(1), lossOf(2)]);
});
