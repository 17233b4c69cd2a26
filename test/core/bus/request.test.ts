import { describe, expect, test } from "vitest";
import { parseRequest } from "../../../src/core/bus/request.ts";

describe("our words", () => {
  test("patterns of topics", () => {
    const { form, matches, after, whenSlow } = parseRequest('{"subscribe":["nft:drop:*","nft:new"]}');
    expect({ form, after, whenSlow }).toEqual({ form: "json", after: undefined, whenSlow: "drop" });
    expect(["nft:drop:input", "nft:new", "nft:new:tcp", "nft:wan:in"].map(matches)).toEqual([true, true, false, false]);
  });

  test("a cursor, and that nothing be dropped", () => {
    const request = '{"subscribe":["*"],"after":7,"when-slow":"block"}';
    expect(parseRequest(request)).toMatchObject({ after: 7, whenSlow: "block" });
  });
});

describe("the words of SPR's clients", () => {
  test("topics that begin so", () => {
    const { form, matches } = parseRequest('{"topic":"subscribe:nft:wan"}');
    expect(form).toBe("spr");
    expect(["nft:wan:in", "nft:wan", "nft:lan:in"].map(matches)).toEqual([true, true, false]);
  });

  test("all topics", () => {
    expect(parseRequest('{"topic":"subscribe:","value":""}').matches("anything")).toBe(true);
  });
});

test.each([
  ["", "it is no JSON"],
  ["subscribe nft", "it is no JSON"],
  ["{}", "subscribe: Invalid input: expected array, received undefined"],
  ['{"subscribe":[]}', "subscribe: Too small: expected array to have >=1 items"],
  ['{"subscribe":[""]}', "subscribe.0: no topic is like that"],
  ['{"subscribe":["drop:*"]}', "subscribe.0: no topic is like that: they are such as nft:drop:input"],
  ['{"subscribe":["*"],"after":-1}', "after: Too small: expected number to be >=0"],
  ['{"subscribe":["*"],"when-slow":"wait"}', 'when-slow: Invalid option: expected one of "drop"|"block"'],
  ['{"subscribe":["*"],"since":1}', 'Unrecognized key: "since"'],
  ['{"topic":"nft:wan:in","value":"{}"}', "subscribe: Invalid input: expected array, received undefined"],
])("%j is refused", (line, why) => {
  expect(() => parseRequest(line)).toThrow(`cannot subscribe: ${why}`);
});
