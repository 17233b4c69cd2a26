/** A target of the fuzzer with faults in it: one behind three words, one that never ends, one that holds ever more. */
export const target = {
  tokens: ["alpha", "beta", "gamma"],
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("latin1");
    if (areWords(text)) throw new TypeError("planted");
    if (text.startsWith("loop")) for (;;);
    if (text.startsWith("grow")) for (const all = []; ; ) all.push(new Array(1e6).fill(text));
  },
};

/** One decision after the other. @param {string} text */
function areWords(text) {
  if (!text.startsWith("alpha")) return false;
  if (!text.startsWith("beta", 5)) return false;
  return text.startsWith("gamma", 9);
}
