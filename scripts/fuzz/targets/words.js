import assert from "node:assert/strict";
import { parseDay } from "../../../dist/src/cli/day-word.js";
import { parseSeconds } from "../../../dist/src/cli/duration.js";
import { parseMoment } from "../../../dist/src/cli/query-time.js";
import { isDay, parseClock, parseZone } from "../../../dist/src/core/archive/days.js";
import { parseArchiveName } from "../../../dist/src/core/archive/file-name.js";
import { parsePlacePath } from "../../../dist/src/core/archive/place-path.js";
import { parseCaptureName } from "../../../dist/src/core/capture/file-name.js";
import { spanSeconds } from "../../../dist/src/core/doctor/journald.js";
import { parseRfc3339 } from "../../../dist/src/core/event/rfc3339.js";
import { parseTarget, targetText } from "../../../dist/src/core/event/trail/target.js";
import { parseFlowSettings } from "../../../dist/src/core/flow-settings/parse.js";
import { printable, printableWithTabs } from "../../../dist/src/core/printable.js";
import { parseAge, parseSize } from "../../../dist/src/core/serve/units.js";
import { quoted } from "../../../dist/src/core/shell-word.js";
import { shown } from "../unseen.js";

const NOW = new Date(Date.UTC(2026, 10, 30, 12, 0, 0));

/** Words of a command line and of file names: times, spans, sizes, days, places, names. What is read is in its range. */
export const target = {
  tokens: [
    ...[
      "1h",
      "30m",
      "2d ago",
      "2026-11-29 10:32",
      "10:32:05Z",
      "today",
      "yesterday",
      "2026-11-21T11:37:36.418900123+01:00",
      "64MiB",
      "12h",
      "90",
    ],
    ...[
      "ssh:root@edge:/srv",
      "qubes:work",
      "netns:blue:/x",
      "here",
      "[fd00::2]:443",
      "10.0.0.5:443",
      "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
      "4294967296",
    ],
    ...[
      "pcap-20251130000000.pcapng",
      "pcaps-2025-08-31.2.tgz.age",
      "+0200",
      "1795966833 +0100",
      "checksum",
      "on",
      "timestamp",
      "max=1000",
    ],
  ],
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8").slice(0, 600);
    each(text, [
      () => assert.match(parseMoment("since", text, NOW), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      () => assert.ok(isDay(parseDay(text, NOW))),
      () => assert.ok(parseSeconds(text) >= 1),
      () => assert.ok(!parsePlacePath("to", text).path.startsWith("-")),
      () => assert.equal(typeof targetText(parseTarget(text.split(" "))), "string"),
      () => parseFlowSettings(text.split(" ")),
    ]);
    for (const number of [parseAge(text), parseSize(text), parseClock(text)?.now])
      assert.ok(number === undefined || number >= 0);
    for (const parse of [parseArchiveName, parseCaptureName, parseZone, parseRfc3339, spanSeconds]) parse(text);
    shown(printable(text));
    shown(printableWithTabs(text).replaceAll("\t", ""));
    assert.match(quoted(text), /^[^']*$|'/);
  },
};

/** Each is right or a fault. @param {string} _text @param {readonly (() => void)[]} acts */
function each(_text, acts) {
  for (const act of acts) {
    try {
      act();
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "Fault") throw error;
    }
  }
}
