import assert from "node:assert/strict";
import {
  defaultLogOf,
  parseDefaultLog,
  parseDefaultLogWords,
  parseStatements,
} from "../../../dist/src/core/default-log/parse.js";
import { editDefaultLog, renderDefaultLog } from "../../../dist/src/core/default-log/render.js";

const OTHER = { ip: { to: "none" }, ip6: { to: "user", group: 7 }, bridge: { to: "kernel" } };

/** The proposal's syntax: what is read is written so that it reads the same, also after it was edited. */
export const target = {
  tokens: "default log { } ; # ip ip6 inet arp bridge netdev kernel none user group".split(" "),
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    words(text);
    const defaultLog = defaultLogOf(parseDefaultLog(text, "f"));
    const rendered = renderDefaultLog(defaultLog, "kept");
    assert.deepEqual(defaultLogOf(parseDefaultLog(rendered, "f")), defaultLog);
    assert.equal(renderDefaultLog(defaultLogOf(parseDefaultLog(rendered, "f")), "kept"), rendered);
    const edited = editDefaultLog(text, "f", /** @type {any} */ (OTHER));
    assert.deepEqual(defaultLogOf(parseStatements(edited, "f")), { ...defaultLog, ...OTHER });
  },
};

/** The words of a command line say the same as the line, or are wrong usage. @param {string} text */
function words(text) {
  try {
    const { families, destination } = parseDefaultLogWords(text.split(" "));
    const [statement] = parseDefaultLog(`default log ${text}`, "f");
    assert.deepEqual({ families, destination }, { families: statement?.families, destination: statement?.destination });
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "Fault") throw error;
  }
}
