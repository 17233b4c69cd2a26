import { expect, test } from "vitest";
import { batchOf, TrialStore } from "../../helpers/stored.ts";
import { trafficOf } from "../../helpers/traffic.ts";

test("a new store whose writer ended before its first commit says from when on something may be missing", async () => {
  const store = new TrialStore();
  try {
    const before = new Date().toISOString();
    const first = await store.write();
    expect(first.uncleanSince).toBeUndefined();
    first.add(batchOf(trafficOf(["a"], 10, 1), 1));
    first.close();
    const { uncleanSince = "" } = await store.write();
    expect(uncleanSince >= before).toBe(true);
    expect(uncleanSince <= new Date().toISOString()).toBe(true);
  } finally {
    store.remove();
  }
});
