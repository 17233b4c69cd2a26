/** What a person or the kernel gave and that is refused in words: no finding. */
const REFUSALS = new Set(["Fault", "HostError", "BrokenArchive", "PlaceError"]);
/** Longer than anybody reads. */
const SAYS_MAX = 4000;

/**
 * Runs the target: undefined if it gave an answer or refused with a fault, otherwise what went wrong, and by what the same
 * trouble is known again.
 * @param {{ readonly run: (bytes: Buffer) => unknown }} target
 * @param {Buffer} bytes
 */
export async function trouble(target, bytes) {
  try {
    const answer = target.run(bytes);
    if (answer instanceof Promise) await answer;
    return polluted();
  } catch (error) {
    const failure =
      error instanceof Error ? error : new Error(`something was thrown that is no error: ${String(error)}`);
    return REFUSALS.has(failure.name)
      ? wrongWords(failure)
      : { signature: signatureOf(failure), text: textOf(failure) };
  }
}

/** What every object has got that none should have. */
function polluted() {
  const keys = [];
  for (const key in []) keys.push(key);
  for (const key of keys) for (const holder of [Object.prototype, Array.prototype]) Reflect.deleteProperty(holder, key);
  if (keys.length === 0) return undefined;
  const text = `every object has got ${keys.join(", ")}`;
  return { signature: text, text };
}

/**
 * A refusal that says nothing, or too much.
 * @param {Error & { code?: unknown, remedy?: unknown }} refusal
 */
function wrongWords({ name, message, code, remedy }) {
  const says = name === "Fault" ? [message, code, remedy] : [message];
  const isRight = says.every((one) => typeof one === "string" && one.length <= SAYS_MAX) && message.trim() !== "";
  if (isRight) return undefined;
  const text = `a ${name} that says nothing or too much: ${message.slice(0, 200)} | ${String(remedy).slice(0, 200)}`;
  return { signature: `words ${message.slice(0, 12)}`, text };
}

/** @param {Error} error */
function textOf({ stack, message }) {
  return (stack ?? message).split("\n").slice(0, 12).join("\n").slice(0, 2000);
}

/**
 * Where it was thrown, and what it says without what is different each time.
 * @param {Error} error
 */
function signatureOf({ name, message, stack = "" }) {
  const [place = ""] = /(?:dist\/src|targets)\/[^)\n]+/.exec(stack) ?? [];
  return `${name} ${message
    .split("\n")[0]
    ?.replace(/"[^"]*"|'[^']*'|\d+/g, "")
    .slice(0, 60)} ${place}`;
}
