import { expect, test } from "vitest";
import { parsePlacePath } from "../../../src/core/archive/place-path.ts";

test.each([
  ["/srv/NetLogs", "here", "/srv/NetLogs"],
  ["here:NetLogs", "here", "NetLogs"],
  ["qubes:work", "qubes:work", "NetLogs"],
  ["qubes:work:logs/net", "qubes:work", "logs/net"],
  ["ssh:edge", "ssh:edge", "NetLogs"],
  ["ssh:root@edge.example:/srv/x", "ssh:root@edge.example", "/srv/x"],
  ["ssh:root@[2001:db8::1]:/srv/x", "ssh:root@[2001:db8::1]", "/srv/x"],
  ["netns:blue:/srv/a:b", "netns:blue", "/srv/a:b"],
])("%s", (text, at, path) => {
  expect(parsePlacePath("--to", text)).toEqual({ at, path });
});

test.each(["", "work", "qubes:", "ssh:-oProxyCommand=id", "qubes:work:-rf", "telnet:edge"])(
  "%j is no place",
  (text) => {
    expect(() => parsePlacePath("--to", text)).toThrow("is no place");
  },
);
