import { expect, test } from "vitest";
import { isObeyedPath } from "../../src/host/trust.ts";

test.each([
  "/etc/netlogctl/netlog.yaml",
  "/etc/netlogctl/templates/mine.yaml.hbs",
  "/etc/netns/blue/netlogctl/default-log.nft",
  "/run/netlogctl/4026531840-1/journal.json",
  "/var/lib/netlogctl/revisions/1.json",
  "/var/lib/netlogctl/netns/blue/revisions/1.json",
  "/etc/modules-load.d/netlogctl.conf",
])("%s is obeyed", (path) => {
  expect(isObeyedPath(path)).toBe(true);
});

test.each([
  "/run/netlogctl-serve/bus.sock",
  "/var/lib/netlogctl-serve/events.db",
  "/etc/hosts",
  "/proc/net/netfilter/nf_log",
  "/tmp/etc/netlogctl/netlog.yaml",
])("%s is none of what is obeyed", (path) => {
  expect(isObeyedPath(path)).toBe(false);
});
