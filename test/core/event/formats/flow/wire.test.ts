import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FlowEvent } from "../../../../../src/core/event/event.ts";
import { encodeConntrack } from "../../../../../src/core/event/formats/flow/conntrack.ts";
import { encodeVyos } from "../../../../../src/core/event/formats/flow/vyos.ts";

const WIRE = new URL("../../../../../fixtures/wire/", import.meta.url);

const linesIn = (name: string): string[] => readFileSync(new URL(name, WIRE), "utf8").split("\n").slice(0, -1);
const eventsIn = (name: string): FlowEvent[] => linesIn(name).map((line) => FlowEvent.parse(JSON.parse(line)));

// What the programs themselves made of the same messages: fixtures/wire/README.md.
describe("messages of the kernel", () => {
  test("as the logger of VyOS told them", () => {
    expect(eventsIn("conntrack-events.ndjson").map(encodeVyos)).toEqual(linesIn("conntrack-events.vyos.txt"));
  });

  test("as conntrack -E -o timestamp,id told them", () => {
    expect(eventsIn("conntrack-events.ndjson").map(encodeConntrack)).toEqual(linesIn("conntrack-events.conntrack.txt"));
  });

  test("as conntrack -L -o id listed them", () => {
    expect(eventsIn("conntrack-listed.ndjson").map(encodeConntrack)).toEqual(linesIn("conntrack-listed.conntrack.txt"));
  });
});
