/** A target of the fuzzer with faults in it: one behind four letters, one that never ends, one that holds ever more. */
export const target = {
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("latin1");
    if (isWord(text)) throw new TypeError("planted");
    if (text.startsWith("loop")) for (;;);
    if (text.startsWith("grow")) for (const all = []; ; ) all.push(new Array(1e6).fill(text));
  },
};

/** One decision after the other. @param {string} text */
function isWord(text) {
  if (text[0] !== "f") return false;
  if (text[1] !== "u") return false;
  if (text[2] !== "z") return false;
  return text[3] === "z";
}
