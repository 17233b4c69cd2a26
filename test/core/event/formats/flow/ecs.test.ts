import { describe, expect, test } from "vitest";
import { encodeFlowEcs } from "../../../../../src/core/event/formats/flow/ecs.ts";
import { BEGUN, ECHO, ENDED } from "../../../../helpers/flows.ts";

describe("encodeFlowEcs", () => {
  test("a flow that ended", () => {
    expect(encodeFlowEcs(ENDED)).toBe(
      '{"@timestamp":"2026-11-21T11:39:16.102901234Z","ecs":{"version":"8.11.0"},' +
        '"event":{"kind":"event","category":["network"],"type":["connection","end"],"action":"flow-destroy",' +
        '"start":"2026-11-21T11:39:14.099554714Z","end":"2026-11-21T11:39:16.102854343Z","duration":2003299629},' +
        '"source":{"ip":"10.9.0.2","port":40374,"bytes":271,"packets":5},' +
        '"destination":{"ip":"10.9.0.77","port":80,"nat":{"ip":"10.9.0.1","port":8080},"bytes":1235,"packets":4},' +
        '"network":{"type":"ipv4","transport":"tcp","iana_number":"6","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=",' +
        '"bytes":1506,"packets":9},"observer":{"hostname":"fw"},' +
        '"netlogctl":{"ts_source":"kernel","kind":"flow","change":"destroy","id":230710034,"family":"ip",' +
        '"state":"TIME_WAIT","status":["seen_reply","assured","confirmed","dst_nat","src_nat_done","dst_nat_done"],' +
        '"mark":42,"nat":{"dst":"10.9.0.1","dport":8080},' +
        '"reply":{"src":"10.9.0.1","dst":"10.9.0.2","sport":8080,"dport":40374,"packets":4,"bytes":1235},' +
        '"start_source":"kernel"}}',
    );
  });

  test("each change has its types", () => {
    const events = [BEGUN, ECHO, ENDED, { ...ENDED, change: "listed" as const }];
    expect(events.map((event) => JSON.parse(encodeFlowEcs(event)).event.type)).toEqual([
      ["connection", "start"],
      ["connection"],
      ["connection", "end"],
      ["connection", "info"],
    ]);
  });

  test("what is no address is told as one that is not, or left out", () => {
    const told = JSON.parse(
      encodeFlowEcs({ ...ENDED, src: "x", nat: { src: "y", sport: 7, dst: "z" }, src_name: "a" }),
    );
    expect(told.source).toEqual({ address: "x", port: 40374, domain: "a", nat: { port: 7 }, bytes: 271, packets: 5 });
    expect(told.destination.nat).toBeUndefined();
  });

  test("an end before the beginning has no duration", () => {
    const { event } = JSON.parse(encodeFlowEcs({ ...ENDED, stop: "2026-11-21T11:39:13.000000000Z" }));
    expect(event).not.toHaveProperty("duration");
  });
});
