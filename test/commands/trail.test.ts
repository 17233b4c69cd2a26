import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NetlogEvent } from "../../src/core/event/event.ts";
import { ROOT, runCli } from "../helpers/cli.ts";
import { batchOf, TrialStore } from "../helpers/stored.ts";

const EVENTS = "fixtures/trail/events.ndjson";
const TEXT = readFileSync(`${ROOT}${EVENTS}`, "utf8");
const WARNING = /^netlogctl: warning: 1 loss of an unknown number of events/;
const store = new TrialStore();

beforeAll(async () => {
  const events = TEXT.trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as NetlogEvent);
  const writer = await store.write();
  writer.add(batchOf(events, 1_790_000_000_000_000));
  writer.commit(Date.now());
});
afterAll(() => store.remove());

const trail = (...args: string[]) => runCli(["trail", ...args]);
/** The head lines. */
const headsOf = (text: string): string[] => text.split("\n").filter((line) => /^\S/.test(line));

const COMMUNITY = "1:SpsQZHmtn/my28GSwvK1W1HvIkw=";
/** That of what NAT makes of the same. */
const REWRITTEN = "1:ka1PetxpACTLQ2AF5szy6ZaY9u0=";

describe("of a store it is what it is of a file", () => {
  test.each([
    ["an address", ["10.0.0.5"], 4],
    ["an address behind NAT", ["192.0.2.1"], 2],
    ["a port", ["192.0.2.1:22"], 1],
    ["two ends", ["198.51.100.7:443", "10.0.0.5"], 2],
    ["a flow", ["4001"], 1],
    ["a Community ID", [COMMUNITY], 2],
    ["one of answers", [REWRITTEN], 1],
    ["a time", ["10.0.0.5", "--since", "2026-11-29T10:32:30Z"], 1],
    ["who told of an error", ["198.51.100.1"], 1],
  ])("%s", async (_, args, conversations) => {
    const [file, stored] = await Promise.all([trail(...args, "--file", EVENTS), trail(...args, "--store", store.file)]);
    expect(headsOf(file.stdout)).toHaveLength(conversations);
    expect(stored).toEqual(file);
    expect(file.code).toBe(0);
  });
});

test("standard input and more files; the same as JSON", async () => {
  const piped = await runCli(["trail", "4001", "--file", "-", "--json"], { input: TEXT });
  expect(piped.stdout).toBe((await trail("4001", "--file", EVENTS, "--json")).stdout);
  expect(piped.stderr).toMatch(WARNING);
  const { conversations, losses, left_out } = JSON.parse(piped.stdout);
  expect(conversations[0]).toMatchObject({
    ...{ proto: "tcp", src: "10.0.0.5", sport: 40_000, dst: "198.51.100.7", dport: 443, community_id: COMMUNITY },
    reply: { src: "198.51.100.7", sport: 443, dst: "192.0.2.1", dport: 61_000 },
    flow: { ids: [4001], has_ended: true, state: "TIME_WAIT", packets: 12, bytes: 3456, duration: 9.333 },
  });
  expect(conversations[0].events).toHaveLength(6);
  expect({ losses, left_out }).toEqual({ losses: { told: 1, events: 0 }, left_out: 0 });
  const both = JSON.parse((await trail("4001", "--file", EVENTS, "--store", store.file, "--json")).stdout);
  expect(both.conversations.flatMap(({ events }: { events: unknown[] }) => events)).toHaveLength(12);
});

test("the newest are held, and it is said how many are left out", async () => {
  const { stdout, stderr } = await trail("10.0.0.5", "--file", EVENTS, "--limit", "3");
  expect(stdout.split("\n").filter((line) => line.startsWith(" "))).toHaveLength(3);
  expect(stderr).toContain("note: 8 older events are left out");
});

test("where nothing was logged, that is said", async () => {
  expect(await trail("203.0.113.77", "--file", EVENTS)).toEqual({
    ...{ code: 0, stdout: "" },
    stderr: "netlogctl: nothing was logged of 203.0.113.77\n",
  });
  expect(JSON.parse((await trail("203.0.113.77", "--store", store.file, "--json")).stdout)).toMatchObject({
    conversations: [],
  });
});

describe("what cannot be answered", () => {
  test.each([
    [["10.0.0.256"], 2, '"10.0.0.256" is no address and no flow'],
    [[], 2, "it is not said whose trail"],
    [["10.0.0.5", "--since", "1h", "--until", "2h"], 2, "--since is later than --until"],
    [["10.0.0.5", "--store", "/nonexistent.db"], 1, "there is no store /nonexistent.db"],
    [["10.0.0.5", "--file", "/nonexistent"], 1, "cannot read a file"],
    [["10.0.0.5", "--file", "package.json"], 1, "package.json"],
  ])("%j", async (args, code, message) => {
    const result = await trail(...args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/ at .+:\d+:\d+\)/);
  });
});
