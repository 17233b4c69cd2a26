import { expect, test } from "vitest";
import type { Intent } from "../../src/core/intent/intent.ts";
import type { ReadStream, StreamEnd } from "../../src/core/model/packet-stream.ts";
import { ServeDocument } from "../../src/core/serve/schema.ts";
import { serveSettingsOf } from "../../src/core/serve/settings.ts";
import type { Store } from "../../src/daemon/store/open-store.ts";
import { openLocalHost } from "../../src/host/local-host.ts";
import { openTellingHere } from "../../src/host/thread/telling.ts";
import { type ServeParts, serve } from "../../src/verbs/serve.ts";
import { batchOf } from "../helpers/stored.ts";
import { trafficOf } from "../helpers/traffic.ts";

const STORED = { groups: [5], store: { topics: [{ match: "nft:*" }] } };
const SETTINGS = serveSettingsOf({ serve: ServeDocument.parse(STORED) } as Intent);

/** A reader that tells one event, and ends when it is stopped. */
function openReader(): ReadStream {
  let stop = (): void => {};
  const ended = new Promise<StreamEnd>((resolve) => {
    stop = () => resolve({ groups: [], droppedAtEnd: 0, unwrittenBytes: 0 });
  });
  return {
    start: { portId: 1, roomBytes: SETTINGS.roomBytes },
    ended,
    stop,
    adjust: async () => [],
    lines: (async function* () {
      yield batchOf(trafficOf(["a"], 1, 0), 1_790_000_000_000_000).text;
    })(),
  };
}

/** A store that takes nothing. */
function openBroken(closed: () => void): Store {
  return {
    lastCursor: 0,
    add: () => {
      throw new Error("it is broken");
    },
    figures: () => ({ written: 0, dropped: 0, waitingBytes: 0, sizeBytes: 0, lastTs: undefined }),
    reconfigure: () => {},
    close: async () => closed(),
  };
}

test("what cannot be taken ends the service, although nothing more comes", async () => {
  const ended: string[] = [];
  const notify = Object.assign((...lines: string[]) => void ended.push(...lines), { watchdogMs: undefined });
  const parts = {
    read: async () => openReader(),
    openTelling: openTellingHere,
    openStore: async () => openBroken(() => ended.push("store closed")),
    openStoreReader: async () => ({ close: () => {} }),
    listen: async () => ({ close: () => ended.push("socket closed") }),
    notify,
  } as unknown as ServeParts;
  const served = serve(openLocalHost(), parts, {
    readSettings: async () => SETTINGS,
    say: () => {},
    signal: new AbortController().signal,
    onReload: () => {},
  });
  await expect(served).rejects.toThrow("it is broken");
  expect(ended).toEqual(["READY=1", "STATUS=reading NFLOG group 5", "socket closed", "store closed"]);
});
