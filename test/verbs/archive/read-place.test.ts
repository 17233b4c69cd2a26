import { expect, test } from "vitest";
import { openPlace } from "../../../src/host/places/open-place.ts";
import { askAll } from "../../../src/verbs/archive/read-place.ts";

const HERE = openPlace("here");

test("what does not answer in its time is a trouble of that place", async () => {
  const script = "while :; do echo x; sleep 0.05; done";
  const asked = askAll(HERE, { script, words: [], limitMs: 300 });
  await expect(asked).rejects.toMatchObject({
    name: "PlaceError",
    how: "failed",
    says: "it did not answer within 0.3 s",
  });
  expect(await askAll(HERE, { script: "echo x", words: [], limitMs: 60_000 })).toEqual(["x"]);
});

test("a signal that comes first is what is thrown", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(askAll(HERE, { script: "echo x", words: [], limitMs: 60_000, signal })).rejects.toThrow("enough");
});

test("what says more than it may is a trouble, also without a line's end", async () => {
  const asked = askAll(HERE, { script: "cat /dev/zero", words: [], bytesMax: 100_000 });
  await expect(asked).rejects.toMatchObject({ name: "PlaceError", says: "it says more than 100000 bytes" });
});
