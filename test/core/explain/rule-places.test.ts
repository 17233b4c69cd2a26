import { expect, test } from "vitest";
import { placesOfRules } from "../../../src/core/explain/rule-places.ts";

const rule = (name: string, use?: string, as: string | null = null) => ({
  document: { name },
  use: use === undefined ? undefined : { use, as },
});

const TEXT = `version: 1
rules:
  # somebody's
  - name: ssh
    hook: input
  - use: dropped
    with: {}
  - use: dropped
    as: lan
  - use: twice
  - use: twice
  - hook: input
    name: last
  - 7
`;

test("a rule stands where its file names it now, one of a template where that is used", () => {
  const rules = [
    ...[rule("ssh"), rule("gone"), rule("last")],
    ...[rule("in", "dropped"), rule("lan-in", "dropped", "lan"), rule("x", "twice")],
  ];
  const places = placesOfRules({ form: "intent", table: "t", sets: {}, compiled: {}, rules }, TEXT, "/etc/n.yaml");
  expect(Object.fromEntries(places)).toEqual({
    ssh: "/etc/n.yaml:4",
    in: "/etc/n.yaml:6",
    "lan-in": "/etc/n.yaml:8",
    last: "/etc/n.yaml:12",
  });
});

test.each(["", "rules: 7", "null", "[]"])("a file that holds other things names none: %j", (text) => {
  const rules = { form: "intent", table: "t", sets: {}, compiled: {}, rules: [rule("a")] } as const;
  expect(placesOfRules(rules, text, "/f").size).toBe(0);
});
