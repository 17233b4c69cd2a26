import { nftMatchOf } from "../core/event/copy/nft-match.ts";
import { testCaseOf } from "../core/event/copy/test-case.ts";
import { jsonLine } from "../core/event/pipeline.ts";
import type { ReadEvent } from "../core/event/read-events.ts";

export type CopyKind = "test" | "match" | "json";

/** An event in a form that goes on elsewhere, or why there is none. */
export interface Copy {
  readonly title: string;
  readonly text: string | undefined;
  readonly problem: string;
}

/** The event as somebody would go on with it. Its text ends with a newline and holds nothing that a terminal acts upon. */
export function copyOf(kind: CopyKind, { event, bytes }: ReadEvent): Copy {
  const packet = event.kind === "loss" || event.kind === "flow" ? undefined : event;
  switch (kind) {
    case "test":
      return {
        title: "a case of netlogctl rules test",
        text: packet && testCaseOf(packet, bytes),
        problem: "a test cannot say this: its addresses are not known, nor all of its bytes",
      };
    case "match": {
      const match = packet && nftMatchOf(packet);
      return {
        title: "a match of nft",
        text: match && `${match}\n`,
        problem: "there is nothing in it that a rule of nft could match",
      };
    }
    case "json":
      return { title: "JSON", text: `${jsonLine(event, "default")}\n`, problem: "" };
  }
}
