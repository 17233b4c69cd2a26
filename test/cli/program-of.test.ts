import { expect, test } from "vitest";
import { programOf } from "../../src/cli/program-of.ts";

test.each([
  ["/opt/netlogctl", [process.execPath, "/opt/netlogctl/dist/bin/netlogctl.cjs"]],
  ["/usr/lib/netlogctl", ["/usr/bin/netlogctl"]],
  [process.execPath, [process.execPath]],
])("the program of %s is started as %j", (root, words) => {
  expect(programOf(root)).toEqual(words);
});
