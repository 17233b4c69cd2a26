import { expect, test } from "vitest";
import { HELPERS, openLab } from "../helpers/lab.ts";
import { ruleset } from "../helpers/stream.ts";

/** Each packet that is sent is logged so often: more comes than can be read, let alone written. */
const COPIES = 64;
const LOGGED = `
table inet t {
  chain out {
    type filter hook output priority 0
    ${'udp dport 9 log prefix "one " group 1\n'.repeat(COPIES)}
  }
}
`;

test("a group is held or not as was said, though answers find no room among packets of another", async () => {
  await using lab = await openLab();
  await ruleset(lab, LOGGED);
  const crowded = lab.start(process.execPath, [`${HELPERS}/nflog-crowded.js`, "1000"]);
  await crowded.line("listening");
  const sender = lab.start(process.execPath, [`${HELPERS}/send-numbered.js`]);
  const account = JSON.parse(await crowded.line("{"));
  expect(await crowded.ended).toBe(0);
  sender.endInput();
  expect(await sender.ended).toBe(0);
  expect(account.refused).toEqual(account.holds);
  expect(account.backwards).toBe(0);
  expect(account.lost).toBeGreaterThan(0);
});
