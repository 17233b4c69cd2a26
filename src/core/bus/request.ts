import * as z from "zod";
import { mayMatchTopic } from "../event/topic.ts";
import { compileGlob } from "../event/where/glob.ts";
import { Fault } from "../model/fault.ts";

/** What somebody who connects to the bus wants to be told, and how. */
export interface Subscription {
  /** Lines of events, or messages as SPR's bus tells them. */
  readonly form: "json" | "spr";
  readonly matches: (topic: string) => boolean;
  /** The cursor behind which it begins; undefined: with what comes from now on. */
  readonly after: number | undefined;
  /** What becomes of it if it is too slow: the oldest events are dropped and counted, or all are kept for it, up to a bound. */
  readonly whenSlow: "drop" | "block";
}

const Request = z.strictObject({
  subscribe: z
    .array(
      z.string().max(256).refine(mayMatchTopic, "no topic is like that: they are such as nft:drop:input, ct:new:tcp"),
    )
    .min(1)
    .max(64),
  after: z.int().min(0).optional(),
  "when-slow": z.enum(["drop", "block"]).default("drop"),
});

const SprRequest = z.looseObject({ topic: z.string().startsWith("subscribe:") });

/**
 * Reads the line by which somebody subscribes: `{"subscribe":["nft:drop:*"]}`, or as clients of SPR's bus say it
 * `{"topic":"subscribe:nft"}`, where what stands behind the colon is how the topics begin.
 * @throws Fault
 */
export function parseRequest(line: string): Subscription {
  const value = parsed(line);
  const spr = SprRequest.safeParse(value);
  if (spr.success) {
    const start = spr.data.topic.slice("subscribe:".length);
    return { form: "spr", matches: (topic) => topic.startsWith(start), after: undefined, whenSlow: "drop" };
  }
  const own = Request.safeParse(value);
  if (own.success) {
    const globs = own.data.subscribe.map(compileGlob);
    return {
      form: "json",
      matches: (topic) => globs.some((matches) => matches(topic)),
      after: own.data.after,
      whenSlow: own.data["when-slow"],
    };
  }
  const [issue] = own.error.issues;
  throw refused(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is no request"}`.replace(/^: /, ""));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw refused("it is no JSON");
  }
}

function refused(why: string): Fault {
  return new Fault("bad-input", `cannot subscribe: ${why}`, 'send a line such as {"subscribe":["nft:*"]}');
}
