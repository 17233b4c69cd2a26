import { expect, test } from "vitest";
import { metricsText } from "../../../src/core/serve/metrics-text.ts";

test("figures by labels, whose values are escaped", () => {
  const values = [{ labels: { topic: 'a"\\\n', sink: "bus" }, value: 3 }, { value: 0.5 }];
  expect(metricsText([{ name: "x_total", kind: "counter", about: "What came.", values }])).toBe(
    '# HELP x_total What came.\n# TYPE x_total counter\nx_total{topic="a\\"\\\\\\n",sink="bus"} 3\nx_total 0.5\n',
  );
});

test("what has no value is left out", () => {
  expect(metricsText([{ name: "x", kind: "gauge", about: "None.", values: [] }])).toBe("");
});
