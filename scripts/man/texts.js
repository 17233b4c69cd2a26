// What the pages say that no command, schema or table says.

export const OVERVIEW = `netlogctl decides where the packet-log lines of a Linux host go, and says where they really end up. The kernel keeps a logger for each family in a table below /proc/sys/net/netfilter/nf_log, modules have to be loaded by hand, a switch that exists in one namespace silences all others, and tcpdump or ulogd rewrite the table and leave it so. netlogctl makes one answer of it, changes it all or nothing, and reads back what it did.

It renders, lints, compares and tests log rules, applies them in one transaction of nft that can be taken back, and tells where each line goes. It reads what is logged, packets and flows, each as an event; it stores events, captures packets into rings of files, and brings both from many machines into an archive, by day.

Each command has a page of its own: netlogctl rules apply is told of in netlogctl-rules-apply(1). With --help a command prints the same.`;

export const OVERVIEW_EXAMPLES = [
  ["Show where each family's messages go, and what is wrong.", "netlogctl status"],
  [
    "Send those of IPv6 to programs that listen on group 0, for the boots to come, too.",
    "netlogctl default log ip6 user group 0 --persist",
  ],
  [
    "Write an intent to start from, look what it would change, and make it so.",
    "netlogctl rules init\nnetlogctl rules preview\nnetlogctl rules apply",
  ],
  ["Find out where the lines of a rule end up, and whatever is wrong.", "netlogctl explain drop:\nnetlogctl doctor"],
];

export const ENVIRONMENT = [
  ["NO_COLOR", "If it is set and not empty, nothing is coloured."],
  ["PAGER", "What shows a capture that tshark tells page by page."],
  [
    "PATH",
    "Where nft, conntrack and other programs are looked for; only absolute places count, and the sbin directories are added.",
  ],
  ["DISPLAY, WAYLAND_DISPLAY", "If one is set, a capture is opened in Wireshark."],
];

export const EXIT_STATUS = [
  ["0", "Done, or nothing to do."],
  ["1", "A fault: nothing was changed, or what was changed is undone."],
  ["2", "Wrong usage."],
  ["128 + N", "Signal N came: what was done is undone. What only reads on ends in order then, with 0."],
];

export const EXIT_ANSWERS =
  "netlogctl doctor, rules lint, rules test and rules diff --exit-code answer with 0 and 1; there trouble is 2.";

export const INTENT = {
  name: "netlogctl-intent",
  about: "the intent of netlogctl: what is to be logged, and where to",
  description: `One document in YAML says what is to be logged, and where to. It is strict: an unknown key, a number in quotes or a prefix that nft could not list is a fault with its line. netlogctl rules init writes a commented one, netlogctl rules schema prints its JSON Schema for editors.

A rule has a place (hook, or into somebody else's chain), matches, a log statement and limits. One that names neither a group nor a level goes where default-log says for its family. A rule never has a verdict. Instead of a rule, use names a template, which spells rules from its parameters.

A value of a match may be a list, and have a ! before it for all others; @NAME is a set.`,
  example: `version: 1
default-log: { ip: user group 3, ip6: kernel }
sets:
  trusted: { type: ip, elements: [192.0.2.0/24] }
rules:
  - use: packet-logs
    with: { wan: [eth0], group: 0 }
  - name: new-ssh
    hook: input
    match:
      iifname: eth0
      ip: { saddr: "!@trusted" }
      tcp: { dport: 22 }
      ct: { state: new }
    log: { prefix: "ssh:new " }
    limit: { rate: 5/minute burst 10, per: saddr }`,
  files: [["/etc/netlogctl/netlog.yaml", "Where it is looked for unless --file names another."]],
  pages: [
    "netlogctl(1)",
    "netlogctl-rules(1)",
    "netlogctl-rules-init(1)",
    "netlogctl-rules-apply(1)",
    "netlogctl-templates(5)",
    "netlogctl-tests(5)",
    "nft(8)",
  ],
};

export const TESTS = {
  name: "netlogctl-tests",
  about: "log tests of netlogctl: which packets come, and what is to be logged of them",
  description: `A file of log tests names an intent or a ruleset, interfaces, packets, and what is to be logged of them. netlogctl rules test runs each test in a network namespace of its own, where the kernel itself takes the rules and the packets; nothing of the machine is touched.

A packet comes in by an interface, or is sent out by this host. It is one of tcp, udp, sctp, icmp, icmpv6, protocol, hex, frame and pcap. A prefix with a * at its end is the beginning of one; to is kernel, audit or group N; a count is a number or a range such as 2..5.`,
  example: `version: 1
intent: netlog.yaml
interfaces:
  eth0: [192.0.2.1/24, 2001:db8::1/64]
tests:
  - name: ssh is logged, but not more than the limit lets through
    packets:
      - { in: eth0, from: 198.51.100.7, tcp: { dport: 22 }, times: 20 }
    logged: [{ prefix: "ssh:new ", to: group 3, count: 10 }]`,
  files: [["/etc/netlogctl/netlog.test.yaml", "Log tests of the intent beside it."]],
  pages: ["netlogctl(1)", "netlogctl-rules-test(1)", "netlogctl-rules-init(1)", "netlogctl-intent(5)"],
};

export const EVENTS = {
  description: `A packet that is logged, a flow that begins, changes or ends, and a loss is an event: a line of JSON of netlogctl packets stream, flows stream, packets query, flows query and of the log service. A field that has no value is left out. netlogctl packets schema prints the JSON Schema.

A field with a dot in its name stands within another: tcp.flags is flags of tcp.`,
  filter: `A filter (--where) compares fields: = != < <= > >=, ~ and !~ with * and ?, in with a prefix, a range a-b or a list { a, b }. Comparisons are joined by and, or, not and brackets.

A field alone asks whether it is there. A field with several values fits if one of them does. Of a field that is not there nothing holds.

netlogctl packets stream --where 'src in 198.51.100.0/24 and tcp.flags = SYN'`,
  pages: [
    "netlogctl(1)",
    "netlogctl-packets-stream(1)",
    "netlogctl-packets-fields(1)",
    "netlogctl-packets-schema(1)",
    "netlogctl-flows-stream(1)",
  ],
};

export const TEMPLATES = {
  description: `A template spells log rules from parameters: use names it in an intent, with gives its parameters. It is a file NAME.yaml.hbs: a comment that says in YAML what it is for, then rules in Handlebars. A value enters only as {{json NAME}} and stands for a whole value, so none can change what a rule is; {{json (join tag ":new ")}} puts texts together, {{json (not wan)}} puts a ! before each of a list; {{#if}}, {{#unless}} and {{#each}} are all else that there is.`,
  example: `{{!--
purpose: "Log who comes to administrate."
parameters:
  port: { type: port, default: 22, about: "the port of the service" }
example: "{ use: admin, with: { port: 22 } }"
--}}
- name: admin
  hook: input
  match: { tcp: { dport: {{json port}} } }
  log: { prefix: "admin: ", group: 5 }
  limit: 5/minute`,
  pages: ["netlogctl(1)", "netlogctl-template-list(1)", "netlogctl-template-show(1)", "netlogctl-intent(5)"],
};
