import { expect, test } from "vitest";
import { NewestEvents } from "../../../../src/core/event/trail/newest.ts";
import { at, flowOf } from "../../../helpers/flows.ts";

test("the newest, in the order of time; what comes of two sources once, what has no cursor as often as it comes", () => {
  const newest = new NewestEvents(4);
  const first = flowOf("new", at(1), { cursor: 11, host: "fw" });
  const other = flowOf("new", at(2), { cursor: 11, host: "gw" });
  const plain = flowOf("destroy", at(3));
  for (const event of [plain, other, first, first, plain]) newest.add(event);
  expect(newest.inOrder()).toEqual([first, other, plain, plain]);
  expect(newest.leftOut).toBe(1);
});
