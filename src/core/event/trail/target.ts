import { Fault } from "../../model/fault.ts";
import { addressBytes } from "../../packet/address-bytes.ts";
import type { TrafficEvent } from "../event.ts";
import { addressKey, type End, endsOfEvent } from "./tuple.ts";

/** Whose trail is looked for. */
export type Target =
  | { readonly kind: "address"; readonly ends: readonly [End] | readonly [End, End] }
  /** The kernel's number of a flow. */
  | { readonly kind: "flow"; readonly id: number }
  | { readonly kind: "community"; readonly id: string };

const REMEDY =
  "give an address, 10.0.0.5:443 or [fd00::2]:443, two of them, the number of a flow, or a Community ID such as 1:LQU9qZlK+B5F3KDmev6m5PMibrg=";

/** What words of a command line mean: one or two ends, a number of conntrack, a Community ID. @throws Fault for anything else */
export function parseTarget(words: readonly string[]): Target {
  const [first, second, ...more] = words;
  if (first === undefined) throw new Fault("usage", "it is not said whose trail is looked for", REMEDY);
  if (more.length > 0) throw new Fault("usage", "a conversation has two ends, not more", REMEDY);
  if (second !== undefined) return { kind: "address", ends: [parseEnd(first), parseEnd(second)] };
  if (COMMUNITY.test(first)) return { kind: "community", id: first };
  if (!/^[0-9]+$/.test(first)) return { kind: "address", ends: [parseEnd(first)] };
  if (Number(first) > 0xffff_ffff) throw noTarget(first);
  return { kind: "flow", id: Number(first) };
}

/** Version 1: the SHA-1 in base64. */
const COMMUNITY = /^1:[A-Za-z0-9+/]{27}=$/;

function parseEnd(text: string): End {
  const [, in6, port6] = /^\[([^\]]*)\](?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const [, in4, port4] = /^([0-9.]+):([0-9]{1,5})$/.exec(text) ?? [];
  const address = in6 ?? in4 ?? text;
  const port = port6 ?? port4;
  const isRight = addressBytes(address) !== undefined && (in6 === undefined || in6.includes(":"));
  if (!isRight || Number(port ?? 0) > 65_535) throw noTarget(text);
  return { address, number: port === undefined ? undefined : Number(port) };
}

function noTarget(text: string): Fault {
  return new Fault("usage", `"${text.slice(0, 60)}" is no address and no flow`, REMEDY);
}

/** As it is called in answers. */
export function targetText(target: Target): string {
  if (target.kind !== "address") return target.kind === "flow" ? `flow ${target.id}` : target.id;
  return target.ends.map(endText).join(" and ");
}

function endText({ address, number }: End): string {
  if (number === undefined) return address;
  return address.includes(":") ? `[${address}]:${number}` : `${address}:${number}`;
}

/** Whether an event has these ends, in whatever direction, before or after NAT. */
export function endsTest(ends: readonly End[]): (event: TrafficEvent) => boolean {
  const wanted = ends.map(({ address, number }) => ({ key: addressKey(address), number }));
  return (event) => {
    const found = endsOfEvent(event).map(({ address, number }) => ({ key: addressKey(address), number }));
    return wanted.every(({ key, number }) =>
      found.some((end) => end.key === key && (number === undefined || end.number === number)),
    );
  };
}
