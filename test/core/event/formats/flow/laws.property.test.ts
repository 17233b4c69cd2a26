import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { encodeConntrack } from "../../../../../src/core/event/formats/flow/conntrack.ts";
import { encodeFlowEcs } from "../../../../../src/core/event/formats/flow/ecs.ts";
import { encodeFlowEve } from "../../../../../src/core/event/formats/flow/eve.ts";
import { encodeIpfixJson } from "../../../../../src/core/event/formats/flow/ipfix-json.ts";
import { encodeVyos, encodeVyosFixed } from "../../../../../src/core/event/formats/flow/vyos.ts";
import { encodeVyosDebug } from "../../../../../src/core/event/formats/flow/vyos-debug.ts";
import { encodeZeek } from "../../../../../src/core/event/formats/flow/zeek.ts";
import { encodeText } from "../../../../../src/core/event/formats/text.ts";
import { openTelling } from "../../../../../src/core/event/open-telling.ts";
import { FLOW_FORMATS } from "../../../../../src/core/model/packet-stream.ts";
import { hostileText } from "../../../../helpers/events.ts";
import { flowEvent } from "../../../../helpers/flow-events.ts";
import { RUNS } from "../../../../helpers/runs.ts";

/** As a file may hold it: any text wherever there is text. */
const hostileFlow: fc.Arbitrary<FlowEvent> = fc
  .tuple(
    flowEvent,
    fc.record(
      { src: hostileText, dst: hostileText, proto: hostileText, state: hostileText, secctx: hostileText },
      { requiredKeys: [] },
    ),
    fc.record({ src: hostileText, dst: hostileText }, { requiredKeys: [] }),
  )
  .map(([event, texts, nat]) => ({ ...event, ...texts, nat: { ...event.nat, ...nat } }));

const anyFlow = fc.oneof(flowEvent, hostileFlow);

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
const BREAKS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const same = (text: string): string => text;

describe.each(FLOW_FORMATS)("%s", (format) => {
  test("whatever comes is one line, of which nothing acts upon a terminal", async () => {
    const telling = { format, fields: "default", payload: undefined, prefixes: [], where: undefined } as const;
    const { lines } = await openTelling(
      {
        ...telling,
        ...{ hasCommunityId: false, hasProgram: false, names: undefined, isForTerminal: true, hasColour: false },
        countMax: undefined,
      },
      {
        sha1: (bytes) => bytes,
        style: {
          ...{ blocked: same, allowed: same, began: same, ended: same, trouble: same },
          ...{ prefixWidth: 8, interfacesWidth: 8, endsWidth: 8 },
        },
      },
    );
    fc.assert(
      fc.property(anyFlow, (event) => {
        const line = lines.lineOf(event, undefined);
        expect(line?.slice(0, -1) ?? "").not.toMatch(BREAKS);
        expect(line?.at(-1) ?? "\n").toBe("\n");
        if (!["text", "vyos", "conntrack"].includes(format)) JSON.parse(line ?? "{}");
      }),
      { numRuns: RUNS },
    );
  });
});

test.each([
  ["vyos", encodeVyos],
  ["vyos with counters", encodeVyosFixed],
  ["conntrack", encodeConntrack],
] as const)("%s: a word stays one word, whatever stands in it", (_, encode) => {
  const wordsIn = (event: FlowEvent): number => (encode(event) ?? "").trim().split(/\s+/).length;
  fc.assert(
    fc.property(hostileFlow, ({ secctx, helper, ...event }) => {
      const more = {
        ...(secctx === undefined ? {} : { secctx: "x" }),
        ...(helper === undefined ? {} : { helper: "x" }),
      };
      const tame = { ...event, ...more, src: "x", dst: "x", reply: { ...event.reply, src: "x", dst: "x" } };
      expect(
        wordsIn({ ...event, ...(secctx === undefined ? {} : { secctx }), ...(helper === undefined ? {} : { helper }) }),
      ).toBe(wordsIn(tame));
    }),
    { numRuns: RUNS },
  );
});

test("what a format tells, it tells without a terminal, too", () => {
  fc.assert(
    fc.property(anyFlow, (event) => {
      const debug = encodeVyosDebug(encodeVyos(event) ?? "", event, { offsetMinutes: 0, process: 1 });
      const lines = [encodeText(event), encodeVyos(event), encodeConntrack(event), encodeZeek(event), debug];
      for (const line of [...lines, encodeFlowEcs(event), encodeFlowEve(event), encodeIpfixJson(event)]) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
        expect(line ?? "").not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/);
      }
    }),
    { numRuns: RUNS },
  );
});
