import { createHash } from "node:crypto";
import type { OpenTelling } from "../../core/event/open-telling.ts";
import type { Telling } from "../../core/model/packet-stream.ts";
import { Programs } from "./programs.ts";
import { textStyle } from "./style.ts";

/** What packets are told by, with what this machine knows and can do. */
export async function openTellingHere(telling: Telling): Promise<OpenTelling> {
  const { openTelling } = await import("../../core/event/open-telling.ts"); // the schema, which most commands do without
  return await openTelling(telling, {
    sha1: (bytes) => createHash("sha1").update(bytes).digest(),
    style: textStyle(telling.hasColour),
    programOf: new Programs().of,
  });
}
