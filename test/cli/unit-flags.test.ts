import { expect, test } from "vitest";
import { unitWish } from "../../src/cli/unit-flags.ts";

const PLACE = { program: ["netlogctl"], root: "/opt/netlogctl" };

test.each([
  ["c.yaml", `${process.cwd()}/c.yaml`],
  ["/etc/a.yaml", "/etc/a.yaml"],
])("the intent %s is named from / on: a unit runs in no directory of the user's", (file, path) => {
  expect(unitWish("capture", { file, templates: undefined }, PLACE).intent).toEqual({ file: path, isNamed: true });
});

test("unless said it is the usual one", () => {
  const { intent } = unitWish("serve", { file: undefined, templates: undefined }, PLACE);
  expect(intent).toEqual({ file: "/etc/netlogctl/netlog.yaml", isNamed: false });
});
