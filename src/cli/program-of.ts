import { join } from "node:path";

/** Where the Debian package has the program, and what starts it there: with the distribution's own Node. */
const PACKAGED = { root: "/usr/lib/netlogctl", program: "/usr/bin/netlogctl" };

/**
 * The command line that starts this program, word by word, as it stays good for units and for what outlives this process.
 * @param root where package.json is; the program itself where that is one file with its Node
 */
export function programOf(root: string): string[] {
  if (root === process.execPath) return [root];
  if (root === PACKAGED.root) return [PACKAGED.program];
  return [process.execPath, join(root, "dist", "bin", "netlogctl.cjs")];
}
