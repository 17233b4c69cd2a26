import { Flags } from "@oclif/core";
import type { FlowChange } from "../core/event/event.ts";
import type { TopicKind } from "../core/event/topic.ts";
import { protocolsOf } from "../core/flow/wanted.ts";
import { Fault } from "../core/model/fault.ts";
import type { Wanted } from "../core/store/wanted.ts";
import { FLOW_EVENTS } from "../core/store/wanted-topics.ts";
import { wordsIn } from "./flow-flags.ts";
import { parseMoment } from "./query-time.ts";

/** Which store is asked, and of what time. */
export const STORE_FLAGS = {
  store: Flags.string({
    summary: "The file of the store; unless given, that of this machine's log service.",
    helpValue: "FILE",
  }),
  since: Flags.string({
    summary: 'Only from this time on: 1h or 2d (ago), 10:32, "2026-11-29 10:32", yesterday, RFC 3339.',
    helpValue: "TIME",
  }),
  until: Flags.string({ summary: "Only up to this time.", helpValue: "TIME" }),
};

const address = (summary: string) => Flags.string({ summary, helpValue: "CIDR", multiple: true });

function eventFlags(what: TopicKind, example: string) {
  return {
    ...STORE_FLAGS,
    src: address(`Only ${what} from there: an address, a prefix or a range; may be given again.`),
    dst: address(`Only ${what} to there.`),
    addr: address(`Only ${what} from or to there${what === "flows" ? ", before or after NAT" : ""}.`),
    port: Flags.string({
      summary: `Only ${what} from or to this port, or one of a range.`,
      helpValue: "PORT",
      multiple: true,
    }),
    where: Flags.string({
      char: "w",
      summary: `Only ${what} for which this holds, such as: ${example}.`,
      helpValue: "EXPR",
    }),
    limit: Flags.integer({
      char: "n",
      summary: "Only the newest, so many at most.",
      helpValue: "N",
      min: 1,
      max: 10_000_000,
    }),
  };
}

/** What a command takes that asks a store for packets. */
export const QUERY_FLAGS = {
  ...eventFlags("packets", "src in 10.0.0.0/8 and dport = 22"),
  prefix: Flags.string({
    summary: "Only packets whose prefix is like this (* and ?, blanks around it do not count); may be given again.",
    helpValue: "GLOB",
    multiple: true,
  }),
  topic: Flags.string({
    summary: "Only packets whose topic is like this; may be given again.",
    helpValue: "GLOB",
    multiple: true,
  }),
};

/** What a command takes that asks a store for flows. */
export const FLOW_QUERY_FLAGS = {
  ...eventFlags("flows", "dport = 443 and bytes > 1000000"),
  event: Flags.string({
    char: "e",
    summary: "Only these, separated by commas: new, update, destroy, listed; may be given again.",
    helpValue: "EVENT",
    multiple: true,
  }),
  proto: Flags.string({
    summary: "Only these, separated by commas: tcp, udp, icmp (ICMPv6, too), other, or any by its name.",
    helpValue: "PROTO",
    multiple: true,
  }),
};

type Listed = string[] | undefined;

interface QueryFlags {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly prefix?: Listed;
  readonly topic?: Listed;
  readonly event?: Listed;
  readonly proto?: Listed;
  readonly src?: Listed;
  readonly dst?: Listed;
  readonly addr?: Listed;
  readonly port?: Listed;
  readonly where?: string | undefined;
}

/** What is asked for. @throws Fault for what is no time, no event and no protocol */
export function wantedOf(of: Wanted["of"], flags: QueryFlags, now: Date): Wanted {
  const { since, until } = flags;
  return {
    of,
    since: since === undefined ? undefined : parseMoment("since", since, now),
    until: until === undefined ? undefined : parseMoment("until", until, now),
    prefixes: flags.prefix ?? [],
    topics: flags.topic ?? [],
    changes: listed<FlowChange>("event", flags.event, FLOW_EVENTS),
    protocols: protocolsOf(wordsIn(flags.proto) ?? []),
    src: flags.src ?? [],
    dst: flags.dst ?? [],
    addr: flags.addr ?? [],
    ports: flags.port ?? [],
    where: flags.where,
  };
}

/** `new,destroy` and several of those. */
function listed<Word extends string>(flag: string, texts: Listed, words: readonly Word[]): Word[] {
  const parts = (texts ?? []).flatMap((text) => text.split(",")).map((part) => part.trim());
  return parts.map((part) => {
    const word = words.find((one) => one === part);
    if (word !== undefined) return word;
    throw new Fault("usage", `--${flag}: "${part.slice(0, 40)}" is none`, `give one of: ${words.join(", ")}`);
  });
}
