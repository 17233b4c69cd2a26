// netlogctl(1): what it is, its commands, and what holds for all of them.
import { commandEntries, seeAlsoLine } from "./command-page.js";
import { bold, entry, italic, paragraphs, prose, verbatim } from "./roff.js";
import { ENVIRONMENT, EXIT_ANSWERS, EXIT_STATUS, OVERVIEW, OVERVIEW_EXAMPLES } from "./texts.js";

export function overviewPage({ description, topics, commands, files }) {
  const alone = commands.filter(([id]) => !id.includes(":"));
  const below = (topic) => commands.filter(([id]) => id.startsWith(`${topic}:`));
  return {
    name: "netlogctl",
    number: 1,
    about: description[0].toLowerCase() + description.slice(1).replace(/\.$/, ""),
    sections: [
      [
        "SYNOPSIS",
        [
          `${bold("netlogctl")} ${italic("COMMAND")} [${italic("OPTION")}]...\n.br\n${bold("netlogctl help")} [${italic("COMMAND")}]\n.br\n${bold("netlogctl --version")} [${bold("--json")}]`,
        ],
      ],
      ["DESCRIPTION", paragraphs(OVERVIEW)],
      [
        "COMMANDS",
        [
          ...commandEntries(alone),
          ...Object.entries(topics).flatMap(([topic, about]) => [
            `.SS ${bold(topic)}`,
            prose(about.description),
            ...commandEntries(below(topic)),
          ]),
        ],
      ],
      [
        "OPTIONS",
        [
          entry(`${bold("-h")}, ${bold("--help")}`, "Tell of the command that stands before it."),
          entry(
            `${bold("-v")}, ${bold("-V")}, ${bold("--version")}`,
            "Tell the versions of netlogctl, Node, nft and the kernel; with --json as an object.",
          ),
          entry(
            bold("--json"),
            "Give the answer as JSON, and a fault as an object with error: code, message, where and remedy. Answers go to standard output, talk to standard error.",
          ),
          entry(`${bold("-n")}, ${bold("--dry-run")}`, "Of commands that change: print the plan, and do nothing."),
          entry(
            `${bold("--lock-timeout")}=${italic("SECONDS")}`,
            "One change is made at a time: how long to wait for another netlogctl.",
          ),
        ],
      ],
      ["EXAMPLES", OVERVIEW_EXAMPLES.flatMap(([about, command]) => [`.PP\n${prose(about)}`, verbatim(command)])],
      ["EXIT STATUS", [...EXIT_STATUS.map(([code, text]) => entry(bold(code), text)), `.PP\n${prose(EXIT_ANSWERS)}`]],
      ["ENVIRONMENT", ENVIRONMENT.map(([name, text]) => entry(bold(name), text))],
      ["FILES", files.map(([path, what]) => entry(italic(path), what))],
      [
        "SEE ALSO",
        seeAlsoLine([
          ...["intent", "templates", "tests", "events"].map((name) => `netlogctl-${name}(5)`),
          ...["nft(8)", "conntrack(8)", "tcpdump(8)", "sysctl(8)", "pcap-filter(7)"],
        ]),
      ],
    ],
  };
}
