import assert from "node:assert/strict";
import { listDays } from "../../../dist/src/core/archive/listing.js";
import { encodeManifest, parseManifest } from "../../../dist/src/core/archive/manifest.js";
import { fittingManifest } from "../../../dist/src/core/archive/manifest-size.js";
import { indexIn } from "../../../dist/src/core/capture/capture-index.js";
import { holdsPrefix, holdsSpan } from "../../../dist/src/core/capture/find.js";
import { parseVyosConfig } from "../../../dist/src/core/flow/vyos-config.js";
import { HostError } from "../../../dist/src/core/model/host.js";
import { emptyRuleset } from "../../../dist/src/core/nft/ruleset.js";
import { storeOfSpr } from "../../../dist/src/core/serve/from-spr.js";
import { withoutMissing } from "../../../dist/src/verbs/current-rules.js";
import { readHistory } from "../../../dist/src/verbs/history.js";
import { recoverBeforeReading } from "../../../dist/src/verbs/journal.js";
import { readPending, readRolledBack } from "../../../dist/src/verbs/pending.js";
import { readCurrent } from "../../../dist/src/verbs/revisions.js";

const NAMESPACE = /** @type {any} */ ({ inode: 1, instance: 2, name: undefined, isBoot: true, isInitial: true });
const SPAN = { since: "2026-11-30T00:00:00Z", until: "2026-12-01T00:00:00Z" };

/**
 * JSON documents that stand in files, edited by hand or damaged: journals, revisions, what awaits confirmation, indexes of
 * captures, manifests, the configurations of VyOS and SPR.
 */
export const target = {
  tokens: [
    ...[
      '{"version":1,"plan":',
      '"steps":[',
      '{"change":',
      '"undo":',
      '"do":"write-file"',
      '"path":"/run/netlogctl/1-2/x.nft"',
      '"netlogctl":"revision 1"',
    ],
    ...[
      '"rules":{"form":"intent"',
      '"form":"text"',
      '"__proto__":',
      '"constructor":',
      '"toString":',
      '"document":',
      "null",
      "[]",
      "{}",
      "1e400",
      '"log":{}',
      '"hook":"input"',
      '"match":{"tcp":',
    ],
    ...['"event":{"new":{}}', '"SaveEvents":["nft"]', '"MaxSize":1', '"TopicLimits":', '"prefixes":', '"members":'],
  ],
  async run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    const acts = [
      async () => await readPending(hostOf(text), NAMESPACE),
      async () => await readRolledBack(hostOf(text), NAMESPACE),
      async () => await readHistory(hostOf(text)),
      async () => await useRevision(text),
      async () => await recoverBeforeReading(hostOf(text), () => {}),
      async () => parseVyosConfig(text, "f"),
      async () => storeOfSpr(text, "f"),
    ];
    for (const act of acts) await refusedOr(act);
    useIndex(text);
    useManifest(text);
  },
};

/** @param {() => Promise<unknown>} act */
async function refusedOr(act) {
  try {
    await act();
  } catch (error) {
    if (!["Fault", "HostError"].includes(/** @type {Error} */ (error).name)) throw error;
  }
}

/** @param {string} text */
async function useRevision(text) {
  const revision = await readCurrent(hostOf(text), NAMESPACE);
  if (revision !== undefined) withoutMissing(revision.rules, emptyRuleset());
}

/** @param {string} text */
function useIndex(text) {
  const index = indexIn(jsonIn(text));
  if (index === undefined) return;
  const found = { name: "pcap-20251130000000.pcapng", begun: 1, index };
  assert.equal(typeof holdsSpan(found, SPAN), "boolean");
  assert.equal(typeof holdsPrefix(found, (prefix) => prefix === "x"), "boolean");
}

/** @param {string} text */
function useManifest(text) {
  const manifest = parseManifest(text, "edge", "2025-08-31");
  if (manifest === undefined) return;
  assert.deepEqual(parseManifest(encodeManifest(manifest), "edge", "2025-08-31"), manifest);
  listDays([manifest], { ...SPAN, prefix: "*a*", offsetMinutes: 0 });
  fittingManifest(manifest, 1000);
}

/** @param {string} text */
function jsonIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A machine of which every file holds the same, and that cannot be changed. @param {string} text @returns {any} */
function hostOf(text) {
  const refuse = (/** @type {string} */ path) => Promise.reject(new HostError("EROFS", "touch", path));
  const known = {
    label: "a machine",
    netns: undefined,
    read: async (/** @type {string} */ path) => {
      if (!path.endsWith(".json")) throw new HostError("ENOENT", "read", path);
      return Buffer.from(text);
    },
    list: async () => ["1.json"],
    inode: async () => 1,
    readLink: async () => "net:[1]",
    lock: async () => ({ release: async () => {} }),
  };
  return new Proxy(known, { get: (own, key) => (Reflect.has(own, key) ? Reflect.get(own, key) : refuse) });
}
