import { readdirSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { lendPast } from "../../../src/daemon/lend-past.ts";
import { batchOf, TrialStore } from "../../helpers/stored.ts";
import { trafficOf } from "../../helpers/traffic.ts";

const FIRST = 1_790_000_000_000_000;

function filesOpen(store: TrialStore): number {
  const links = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ""; // it was that of the directory itself
    }
  });
  return links.filter((link) => link.startsWith(store.file)).length;
}

test("a store is opened once for all who come back; each sees what was stored by then", async () => {
  const store = new TrialStore();
  const past = lendPast(async () => await store.read());
  try {
    const writer = await store.write();
    let open = 0;
    for (let round = 0; round < 30; round += 1) {
      writer.add(batchOf(trafficOf(["a"], 10, round), FIRST + 20 * round));
      writer.commit(Date.now());
      const lent = await past.lend();
      writer.add(batchOf(trafficOf(["a"], 10, round), FIRST + 20 * round + 10));
      writer.commit(Date.now());
      const told = [...lent.replay(0, (topic) => topic === "nft:a")].reduce((sum, { count }) => sum + count, 0);
      expect(told).toBe(20 * round + 10);
      lent.close();
      if (round === 0) open = filesOpen(store);
    }
    expect(filesOpen(store)).toBe(open);
  } finally {
    past.close();
    store.remove();
  }
});
