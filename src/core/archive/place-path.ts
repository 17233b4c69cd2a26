import { Fault } from "../model/fault.ts";
import { PlaceDocument } from "./schema.ts";

/** A directory at a place. */
export interface PlacePath {
  readonly at: PlaceDocument;
  readonly path: string;
}

/** Where days are kept unless a path is said: in the home directory there. */
const USUAL_PATH = "NetLogs";

const WORDS = /^(here|(?:netns|qubes):[^:/]+|ssh:(?:[^@:/]+@)?(?:\[[^\]]+\]|[^:/[]+))(?::(.+))?$/;

/** `qubes:work`, `ssh:root@edge:/srv/NetLogs`, or a path of this machine. @throws Fault */
export function parsePlacePath(flag: string, text: string): PlacePath {
  if (text.startsWith("/")) return { at: "here", path: text };
  const [, at = "", path = USUAL_PATH] = WORDS.exec(text) ?? [];
  if (PlaceDocument.safeParse(at).success && !path.startsWith("-") && !path.includes("\0")) {
    return { at: at as PlaceDocument, path };
  }
  const remedy =
    "give a path (/srv/NetLogs, ./NetLogs), here:PATH, netns:NAME:PATH, ssh:[USER@]HOST[:PATH] or qubes:[USER@]VM[:PATH]";
  throw new Fault("usage", `${flag}: "${text.slice(0, 80)}" is no place`, remedy);
}
