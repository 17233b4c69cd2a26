import { closeSync, openSync } from "node:fs";
import { enterNetwork } from "./libc.ts";

/** Goes into the network namespace that a path leads to; only this thread does. */
export function enterNamespace(path: string): void {
  const file = openSync(path, "r");
  try {
    enterNetwork(file);
  } finally {
    closeSync(file);
  }
}
