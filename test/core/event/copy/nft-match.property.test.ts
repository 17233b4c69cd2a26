import fc from "fast-check";
import { expect, test } from "vitest";
import { nftMatchOf } from "../../../../src/core/event/copy/nft-match.ts";
import { anyPacketEvent, packetEvent } from "../../../helpers/events.ts";
import { RUNS } from "../../../helpers/runs.ts";

const NAME = '"[A-Za-z0-9_.:@-]{1,15}"';
const MATCH = new RegExp(
  `^(?:(?:(?:^| )(?:[io]ifname ${NAME}|ip6? [sd]addr [0-9a-f.:]+|[a-z0-9]+ (?:sport|dport|type|code|operation|l4proto) [0-9]{1,5}|arp [sd]addr ip [0-9.]+))+)$`,
);

test("whatever an event holds, its match is made of words of nft", () => {
  fc.assert(
    fc.property(fc.oneof(packetEvent, anyPacketEvent), (event) => {
      expect(nftMatchOf(event) ?? 'iifname "a"').toMatch(MATCH);
    }),
    { numRuns: RUNS },
  );
});
