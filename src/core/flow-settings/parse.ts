import { Fault } from "../model/fault.ts";
import { FLOW_SETTINGS, type FlowSetting, LOG_INVALID_ALL } from "../model/flow-settings.ts";
import { didYouMean } from "../nearest.ts";
import { protocolNumber } from "../packet/protocol-names.ts";

/** The values that settings are to have. */
export type WantedSettings = ReadonlyMap<FlowSetting, number>;

const SWITCH: ReadonlyMap<string, number> = new Map([
  ["off", 0],
  ["on", 1],
]);

/** The words that a setting takes besides the kernel's numbers. */
const WORDS: Readonly<Record<FlowSetting, ReadonlyMap<string, number>>> = {
  events: new Map([...SWITCH, ["auto", 2]]),
  acct: SWITCH,
  timestamp: SWITCH,
  log_invalid: new Map([
    ["off", 0],
    ["all", LOG_INVALID_ALL],
  ]),
};

/**
 * Reads `acct=on` and the like, each setting once; numbers are the kernel's own.
 * @throws Fault usage
 */
export function parseFlowSettings(words: readonly string[]): WantedSettings {
  if (words.length === 0) throw new Fault("usage", "no setting is named", THEY_ARE);
  const wanted = new Map<FlowSetting, number>();
  for (const word of words) {
    const [setting, value] = parseWord(word);
    if (wanted.has(setting)) throw new Fault("usage", `${setting} is set twice`, "say it once");
    wanted.set(setting, value);
  }
  return wanted;
}

const THEY_ARE = `they are ${FLOW_SETTINGS.join(", ")}; for example: netlogctl flows set acct=on`;

function parseWord(word: string): [FlowSetting, number] {
  const at = word.indexOf("=");
  if (at === -1) throw new Fault("usage", `"${word.slice(0, 64)}" is no SETTING=VALUE`, THEY_ARE);
  const name = word.slice(0, at);
  const setting = FLOW_SETTINGS.find((known) => known === name);
  if (setting === undefined) {
    const message = `"${name.slice(0, 64)}" is no setting of flows`;
    throw new Fault("usage", message, `${didYouMean(name, FLOW_SETTINGS)}${THEY_ARE}`);
  }
  return [setting, parseValue(setting, word.slice(at + 1))];
}

function parseValue(setting: FlowSetting, text: string): number {
  const value = WORDS[setting].get(text) ?? numberOf(setting, text);
  if (value !== undefined) return value;
  const words = [...WORDS[setting].keys()];
  const others = setting === "log_invalid" ? ", and protocols such as tcp, udp, icmp, icmpv6, or their number" : "";
  throw new Fault(
    "usage",
    `${setting}: "${text.slice(0, 64)}" is none of its values`,
    `${didYouMean(text, words)}its values are ${words.join(", ")}${others}`,
  );
}

/** The kernel's own number, or a protocol's by its name; no name means 0, which is off. */
function numberOf(setting: FlowSetting, text: string): number | undefined {
  const isNumber = /^(0|[1-9][0-9]{0,2})$/.test(text);
  if (setting !== "log_invalid") {
    return isNumber && [...WORDS[setting].values()].includes(Number(text)) ? Number(text) : undefined;
  }
  const protocol = isNumber || /^[a-z]/.test(text) ? protocolNumber(text) : undefined;
  return protocol === 0 && !isNumber ? undefined : protocol;
}
