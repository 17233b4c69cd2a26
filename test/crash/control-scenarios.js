// Changes of the control plane: whatever cuts one off, rules, bindings and files are the old ones or the new ones.

const FOREIGN = `table inet filter {
  set bad { type ipv4_addr; elements = { 203.0.113.7, 203.0.113.9 } }
  chain input {
    type filter hook input priority 0; policy drop;
    tcp dport 22 counter accept comment "ssh"
    ip saddr @bad drop
  }
}`;

const OLD = `version: 1
default-log: { ip: kernel }
sets: { trusted: { type: ip, elements: [192.0.2.0/24, 198.51.100.7] } }
rules:
  - { name: ssh, hook: input, match: { ip: { saddr: "!@trusted" }, tcp: { dport: 22 } }, log: { prefix: "ssh " }, limit: 5/minute }
  - { name: dropped, into: inet filter input, before: drop, log: { prefix: "drop " }, limit: 5/minute }
`;
const NEW = OLD.replace("ip: kernel", "ip: user group 0, ip6: user group 3")
  .replaceAll("5/minute", "9/minute")
  .replace("dport: 22 ", "dport: [22, 2222] ");
const ARCHIVE = "version: 1\narchive: { vault: /srv/vault, machines: { edge: { at: here, captures: /srv/ring } } }\n";

const PREPARE = `mkdir -p /srv; cd /srv
cat > old.yaml << 'END'\n${OLD}END
cat > new.yaml << 'END'\n${NEW}END
cat > archive.yaml << 'END'\n${ARCHIVE}END
nft -f - << 'END'\n${FOREIGN}\nEND
cd /`;

const APPLY_OLD = "netlogctl rules apply -f /srv/old.yaml --yes";
const apply = (...more) => ["rules", "apply", "-f", "/srv/new.yaml", "--yes", ...more];
const scenario = (name, before, change, more = {}) => ({
  name,
  kind: "change",
  setup: [PREPARE, ...before].join("\n"),
  change,
  ...more,
});

export const CONTROL = [
  scenario(
    "default log --persist",
    ["netlogctl default log ip kernel --persist"],
    [..."default log inet user group 5 --persist".split(" ")],
  ),
  scenario(
    "default log that lowers rules anew",
    [APPLY_OLD.replace("old", "new"), "sed -i /default-log/d /srv/*.yaml"],
    [..."default log arp kernel".split(" ")],
  ),
  scenario("logger bind", [], ["logger", "bind", "ip6", "nfnetlink_log"]),
  scenario("module load --persist", [], ["module", "load", "nfnetlink_log", "nf_log_syslog", "--persist"]),
  scenario("rules apply, the first", [], apply()),
  scenario("rules apply, edited", [APPLY_OLD], apply()),
  scenario("rules apply --persist", [`${APPLY_OLD} --persist`], apply("--persist")),
  scenario("rules apply --confirm-within", [`${APPLY_OLD} --persist`], apply("--persist", "--confirm-within", "600s"), {
    isOnce: true,
  }),
  scenario(
    "rules confirm",
    [`${APPLY_OLD} --persist`, `netlogctl ${apply("--persist", "--confirm-within", "600s").join(" ")}`],
    ["rules", "confirm"],
    { isOnce: true, isAnew: true },
  ),
  scenario(
    "rules rollback, unconfirmed",
    [APPLY_OLD, `netlogctl ${apply("--confirm-within", "600s").join(" ")}`],
    ["rules", "rollback", "--yes"],
    { isOnce: true, isAnew: true },
  ),
  scenario(
    "rules rollback to a revision",
    [APPLY_OLD, `netlogctl ${apply().join(" ")}`],
    [..."rules rollback 1 --yes".split(" ")],
  ),
  scenario("rules remove", [`${APPLY_OLD} --persist`], ["rules", "remove", "--yes"]),
  scenario(
    "restore",
    [
      `${APPLY_OLD} --persist; rm -rf /run/netlogctl; nft delete table inet netlogctl`,
      "nft flush table inet filter; nft add rule inet filter input ip saddr @bad drop",
      "echo NONE > /proc/sys/net/netfilter/nf_log/2",
    ],
    ["restore"],
  ),
  scenario("service install restore", [], ["service", "install", "restore"]),
  scenario("service install archive", [], ["service", "install", "archive", "-f", "/srv/archive.yaml"]),
  scenario("flows set", ["netlogctl flows set acct=off timestamp=off"], ["flows", "set", "acct=on", "timestamp=on"]),
  scenario(
    "default log of a namespace",
    ["ip netns del blue 2>/dev/null; ip netns add blue"],
    [..."default log ip user group 3 --persist --netns blue".split(" ")],
    { next: ["logger", "list", "--netns", "blue"] },
  ),
];
