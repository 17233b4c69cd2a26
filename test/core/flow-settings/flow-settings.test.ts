import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeFlowSettings, flowSettingWord } from "../../../src/core/flow-settings/meaning.ts";
import { parseFlowSettings } from "../../../src/core/flow-settings/parse.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { FLOW_SETTINGS } from "../../../src/core/model/flow-settings.ts";
import { RUNS } from "../../helpers/runs.ts";

/** What the kernel takes: nf_ct_sysctl_table of net/netfilter/nf_conntrack_standalone.c. */
const LARGEST = { events: 2, acct: 1, timestamp: 1, log_invalid: 255 };

describe("what is typed", () => {
  test.each([
    ["acct=on", [["acct", 1]]],
    ["timestamp=0", [["timestamp", 0]]],
    ["events=auto", [["events", 2]]],
    ["events=2", [["events", 2]]],
    ["log_invalid=all", [["log_invalid", 255]]],
    ["log_invalid=off", [["log_invalid", 0]]],
    ["log_invalid=icmpv6", [["log_invalid", 58]]],
    ["log_invalid=255", [["log_invalid", 255]]],
    [
      "log_invalid=tcp acct=1",
      [
        ["log_invalid", 6],
        ["acct", 1],
      ],
    ],
  ])("%s", (line, wanted) => {
    expect([...parseFlowSettings(line.split(" "))]).toEqual(wanted);
  });

  test.each<[string[], string, string]>([
    [[], "no setting is named", "they are events, acct, timestamp, log_invalid"],
    [["acct"], '"acct" is no SETTING=VALUE', "for example: netlogctl flows set acct=on"],
    [["act=on"], '"act" is no setting of flows', 'did you mean "acct"?'],
    [["=on"], '"" is no setting of flows', "they are events"],
    [["acct=on", "acct=on"], "acct is set twice", "say it once"],
    [["acct=auto"], 'acct: "auto" is none of its values', "its values are off, on"],
    [["events=3"], 'events: "3" is none of its values', "its values are off, on, auto"],
    [["events=atuo"], "is none of its values", 'did you mean "auto"?'],
    [["acct=ON"], 'acct: "ON" is none of its values', "off, on"],
    [["acct=01"], 'acct: "01" is none of its values', "off, on"],
    [["log_invalid=hopopt"], '"hopopt" is none of its values', "protocols such as tcp"],
    [["log_invalid=256"], '"256" is none of its values', "protocols such as tcp"],
    [["log_invalid= 6"], '" 6" is none of its values', "protocols such as tcp"],
    [["log_invalid=6=6"], '"6=6" is none of its values', "protocols such as tcp"],
  ])("%j is refused", (words, message, remedy) => {
    const refused = fault(words);
    expect(refused.code).toBe("usage");
    expect(refused.message).toContain(message);
    expect(refused.remedy).toContain(remedy);
  });

  test("whatever is typed, it is a fault or a value that the kernel takes", () => {
    const word = fc.oneof(
      fc.tuple(fc.constantFrom(...FLOW_SETTINGS), fc.oneof(fc.integer().map(String), fc.string(), PROTOTYPE)),
      fc.tuple(PROTOTYPE, fc.constant("on")),
    );
    fc.assert(
      fc.property(word, ([setting, value]) => {
        const wanted = settingsOf([`${setting}=${value}`]);
        for (const [name, number] of wanted) {
          expect(Number.isInteger(number)).toBe(true);
          expect(number).toBeGreaterThanOrEqual(0);
          expect(number).toBeLessThanOrEqual(LARGEST[name]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

test("every value that the kernel takes has a word, and the word means the value", () => {
  for (const setting of FLOW_SETTINGS) {
    for (let value = 0; value <= LARGEST[setting]; value += 1) {
      const word = `${setting}=${flowSettingWord(setting, value)}`;
      expect([...parseFlowSettings([word])], word).toEqual([[setting, value]]);
    }
  }
});

describe("what is found, in words", () => {
  test("each setting with its value and what comes of it", () => {
    const rows = describeFlowSettings({ events: 0, acct: 1, timestamp: 0, log_invalid: 17 });
    expect(rows.map(({ sysctl, value, meaning, effect }) => [sysctl, value, meaning, effect])).toEqual([
      [
        "net.netfilter.nf_conntrack_events",
        0,
        "off",
        "no event comes, but of flows that a rule asks for (ct event set)",
      ],
      ["net.netfilter.nf_conntrack_acct", 1, "on", "bytes and packets of both directions, when a flow ends"],
      ["net.netfilter.nf_conntrack_timestamp", 0, "off", "no start, end and duration by the kernel"],
      [
        "net.netfilter.nf_conntrack_log_invalid",
        17,
        "udp",
        "packets of protocol udp that conntrack calls invalid are logged by the logger of their family (logger list)",
      ],
    ]);
  });

  test("without conntrack nothing is there; a kernel that lacks one has the others", () => {
    const none = { events: undefined, acct: undefined, timestamp: undefined, log_invalid: undefined };
    const effects = describeFlowSettings(none).map(({ value, meaning, effect }) => [value, meaning, effect]);
    expect(effects).toEqual(Array(4).fill([null, "not there", "nf_conntrack is not loaded: no flow is tracked"]));
    const [events, acct] = describeFlowSettings({ ...none, acct: 0 });
    expect(events?.effect).toBe("this kernel does not have it here");
    expect(acct?.meaning).toBe("off");
  });

  test("a value of no known kernel is said to be one; before 5.13 any number could be a protocol's", () => {
    const rows = describeFlowSettings({ events: 3, acct: -1, timestamp: 0, log_invalid: 300 });
    expect(rows.map(({ meaning }) => meaning)).toEqual(["unknown", "unknown", "off", "300"]);
    expect(flowSettingWord("events", 3)).toBe("3");
  });
});

/** Names that every object has. */
const PROTOTYPE = fc.constantFrom("constructor", "__proto__", "toString", "hasOwnProperty");

function settingsOf(words: readonly string[]): ReturnType<typeof parseFlowSettings> {
  try {
    return parseFlowSettings(words);
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return new Map();
  }
}

function fault(words: readonly string[]): Fault {
  try {
    parseFlowSettings(words);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  return expect.unreachable(`${words.join(" ")} was taken`);
}
