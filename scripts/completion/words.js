// What stands on a command line, for the three shells: of each command the words that may follow, its flags, its arguments.

/** Values that only the machine knows: netlogctl completion --values NAME lists them. */
const ASKED = { netns: "@netns", interface: "@interface", group: ",@group", template: "@template" };

/** What a value is, by how the help calls it; what is not told here is a text that nothing completes. */
const BY_HELP_VALUE = {
  FILE: "<file>",
  PATH: "<file>",
  DIR: "<directory>",
  SOURCE: "<file> live @revision",
  FIELDS: ",@field",
  EVENT: ",new update destroy",
  PROTO: ",tcp udp icmp other",
  AGE: "1h 1d 7d 30d",
};

const BY_FLAG = { day: "yesterday", fields: ",@field", capture: "a", filter: "" };

const FAMILIES = "ip ip6 arp bridge netdev";
const LOGGERS = "nf_log_ipv4 nf_log_ipv6 nf_log_arp nf_log_bridge nf_log_netdev nfnetlink_log";
const MODULES = "nf_log_syslog nfnetlink_log nf_conntrack_netlink";

/** Arguments, by command and in their order; the last of a command that takes any number is the same for all that follow. */
const ARGUMENTS = {
  record: ["<directory>"],
  completion: ["bash zsh fish"],
  "archive:fetch": ["yesterday"],
  "archive:open": ["today yesterday"],
  "archive:verify": ["yesterday"],
  "capture:extract": ["<file>"],
  "capture:list": ["<directory>"],
  "capture:open": ["<file>"],
  "default:log": [`${FAMILIES} inet`, "kernel user none", "group", "@group"],
  "flows:set": [
    "events=off events=on events=auto acct=off acct=on timestamp=off timestamp=on log_invalid=off log_invalid=all log_invalid=tcp log_invalid=udp",
  ],
  "logger:bind": [FAMILIES, LOGGERS],
  "logger:unbind": [FAMILIES],
  "module:load": [MODULES],
  "packets:convert": ["<file>"],
  "packets:inspect": ["<file>"],
  "rules:diff": ["<file> live @revision", "<file> live @revision"],
  "rules:rollback": ["@revision-number"],
  "rules:test": ["<file>"],
  "serve:import": ["<file>"],
  "template:show": ["@template"],
};

/** Of each command and topic, by its words ("rules apply", "" at the beginning). */
export function commandWords(commands, topics) {
  const shown = commands.filter(([, { hidden }]) => hidden !== true);
  const names = new Set(["", ...Object.keys(topics), ...shown.map(([id]) => id)]);
  return [...names].map((id) => {
    const command = shown.find(([name]) => name === id)?.[1];
    return {
      words: id.replaceAll(":", " "),
      next: nextOf(id, shown, topics),
      flags: [...(command === undefined ? [] : flagsOf(command)), HELP, ...(id === "" ? [VERSION] : [])],
      args: ARGUMENTS[id] ?? Object.values(command?.args ?? {}).map(({ options = [] }) => options.join(" ")),
      isOpen: command?.strict === false && id !== "default:log",
    };
  });
}

const HELP = { long: "help", char: "h", isMany: false, kind: "", takes: false, about: "Tell of the command." };
const VERSION = { long: "version", char: "v", isMany: false, kind: "", takes: false, about: "Tell the versions." };

/** The next words with what they are; a command is told before a topic of the same name. */
function nextOf(id, commands, topics) {
  const head = id === "" ? "" : `${id}:`;
  const found = new Map();
  for (const [name, { summary }] of commands) {
    if (name.startsWith(head) && !name.slice(head.length).includes(":")) found.set(name.slice(head.length), summary);
  }
  if (id !== "") return [...found];
  for (const [topic, { description }] of Object.entries(topics)) if (!found.has(topic)) found.set(topic, description);
  return [...found, ["help", "Tell of a command."]].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function flagsOf({ flags }) {
  return Object.values(flags)
    .filter(({ hidden }) => hidden !== true)
    .map((flag) => ({
      long: flag.name,
      char: flag.char ?? "",
      isMany: flag.multiple === true,
      takes: flag.type === "option",
      kind: flag.type === "option" ? kindOf(flag) : "",
      about: flag.name === "json" ? "Give the answer as JSON." : (flag.summary ?? ""),
    }));
}

function kindOf({ name, options, helpValue }) {
  if (options !== undefined) return options.join(" ");
  return ASKED[name] ?? BY_FLAG[name] ?? BY_HELP_VALUE[[helpValue].flat()[0]] ?? "";
}
