// Adds up what a ring of captures held, of the indexes that stand beside them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RING } from "./world.js";

/** Looks at a ring so often that no index goes unseen. */
export class RingAccount {
  #seen = new Map();
  #removed = new Set();

  look() {
    for (const name of readdirSync(RING)) {
      const index = name.endsWith(".index.json") ? parsed(readIfThere(join(RING, name))) : undefined;
      if (index !== undefined) this.#seen.set(keyOf(index), index);
    }
    for (const line of readIfThere(join(RING, "removed.ndjson")).split("\n")) {
      const removed = parsed(line);
      if (removed !== undefined) this.#removed.add(keyOf(removed));
    }
  }

  get figures() {
    const all = [...this.#seen.values()];
    const sum = (key) => all.reduce((total, index) => total + index[key], 0);
    const unknown = [...this.#removed].filter((key) => !this.#seen.has(key)).length;
    return {
      ...{ files: all.length, packets: sum("packets"), lost: sum("lost"), bytes: sum("bytes") },
      ...{ removed: this.#removed.size, unknown },
    };
  }
}

const keyOf = ({ file, first }) => `${file} ${first}`;

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

/** A line that is still being written is none yet. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
