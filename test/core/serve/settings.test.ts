import { describe, expect, test } from "vitest";
import type { Intent } from "../../../src/core/intent/intent.ts";
import { ServeDocument } from "../../../src/core/serve/schema.ts";
import { serveSettingsOf } from "../../../src/core/serve/settings.ts";

function flowsOf(flows: unknown) {
  return serveSettingsOf({ serve: ServeDocument.parse({ groups: [0], flows }) } as Intent).flows;
}

describe("flows of a log service", () => {
  test("none unless they are named", () => {
    expect(flowsOf(undefined)).toBeUndefined();
  });

  test("{} is that any begins and ends", () => {
    const { wanted, censusMs } = flowsOf({}) ?? {};
    expect(censusMs).toBe(30_000);
    expect(wanted?.new.length).toBe(256);
    expect(wanted?.destroy.length).toBe(256);
    expect(wanted?.update).toEqual([]);
  });

  test("events, protocols and the time between two censuses", () => {
    expect(flowsOf({ events: ["update"], proto: ["tcp", "sctp"], census: "5m" })).toEqual({
      wanted: { new: [], update: [6, 132], destroy: [], listed: [] },
      censusMs: 300_000,
    });
  });

  test.each([
    [{ events: [] }, "events"],
    [{ events: ["listed"] }, "events"],
    [{ proto: ["tpc"] }, "must be tcp, udp, icmp, other"],
    [{ census: "often" }, "must be an age"],
    [{ acct: true }, "Unrecognized key"],
  ])("%j is refused", (flows, message) => {
    const parsed = ServeDocument.safeParse({ flows });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(message);
  });
});
