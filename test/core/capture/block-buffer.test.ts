import { expect, test } from "vitest";
import { BlockBuffer } from "../../../src/core/capture/block-buffer.ts";

test("where a file may not become so large, what found no room is lost, and the next packet begins another", () => {
  const files: { bytes: number; ended?: string; lost?: number }[] = [];
  const out = new BlockBuffer({
    begin: () => {
      files.push({ bytes: 0 });
      return { endSeconds: 100, bytesMax: 1000 };
    },
    write: (bytes) => {
      const file = files.at(-1) ?? { bytes: 0 };
      if (file.bytes + bytes.length > 250) return "too-large";
      file.bytes += bytes.length;
      return true;
    },
    close: ({ lost }, ended) => Object.assign(files.at(-1) ?? {}, { ended, lost }),
  });
  for (let packet = 0; packet < 6; packet += 1) {
    out.prepare(packet, 0, 100);
    out.append(Buffer.alloc(100));
    out.tally.add(out.tally.countOf("p "), packet, 0);
    out.flush();
  }
  out.end("end");
  expect(files).toEqual([
    { bytes: 200, ended: "size", lost: 1 },
    { bytes: 200, ended: "end", lost: 1 },
  ]);
});
