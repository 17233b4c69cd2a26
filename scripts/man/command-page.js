// The page of a command, or of a topic: netlogctl-rules-apply(1).
import { aboutOf, bold, entry, escapeText, italic, paragraphs, prose, verbatim } from "./roff.js";

/** Commands whose exit code is their answer, as diff(1). */
const ANSWERS = {
  doctor: "nothing of the severity of --fail-on is found",
  "rules:lint": "nothing of the severity of --fail-on is found",
  "rules:diff": "done, or, with --exit-code, both are the same",
  "rules:test": "all tests pass",
};

/** The name of the page of a command. */
const pageOf = (id) => `netlogctl-${id.replaceAll(":", "-")}`;

export function commandPage(id, command, all) {
  const words = `netlogctl ${id.replaceAll(":", " ")}`;
  const flags = Object.values(command.flags).filter(({ hidden }) => hidden !== true);
  const args = Object.values(command.args).filter(({ hidden }) => hidden !== true);
  return {
    name: pageOf(id),
    number: 1,
    about: aboutOf(command.summary),
    sections: [
      ["SYNOPSIS", synopsisOf(words, command, flags, args)],
      ["DESCRIPTION", [...paragraphs(command.summary), ...paragraphs(named(command.description ?? ""))]],
      ["ARGUMENTS", args.filter(({ description }) => description !== undefined).map(argumentEntry)],
      ["OPTIONS", flags.map(flagEntry)],
      ["EXAMPLES", (command.examples ?? []).flatMap(exampleLines)],
      ["EXIT STATUS", exitStatus(id)],
      ["SEE ALSO", seeAlso(id, command, all)],
    ],
  };
}

const named = (text) => text.replaceAll("<%= config.bin %>", "netlogctl");

function synopsisOf(words, { usage, strict }, flags, args) {
  if (usage !== undefined)
    return [usage]
      .flat()
      .flatMap((line) => ["", `${bold("netlogctl")} ${escapeText(named(line))}`])
      .slice(1)
      .map((line) => line || ".br");
  const dots = strict ? "" : "...";
  const argument = ({ name, required }) => {
    const word = italic(name.toUpperCase()) + dots;
    return required ? word : `[${word}]`;
  };
  return [`.HP 4\n${bold(words)} ${[...flags.map(flagUse), ...args.map(argument)].join(" ")}`];
}

/** Within brackets nothing is broken. */
function flagUse(flag) {
  const name = bold(flag.char === undefined ? `--${flag.name}` : `-${flag.char}`);
  return `[${name}${flag.type === "boolean" ? "" : `\\ ${valueWord(flag)}`}]${flag.multiple ? "..." : ""}`;
}

/** Words that are chosen from are told where the flag is. */
function valueWord({ name, helpValue }) {
  return italic(([helpValue].flat()[0] ?? name).toUpperCase());
}

function flagEntry(flag) {
  const long = bold(`--${flag.name}`) + (flag.type === "boolean" ? "" : `=${valueWord(flag)}`);
  const word = flag.char === undefined ? long : `${bold(`-${flag.char}`)}, ${long}`;
  const options = flag.options === undefined ? "" : `One of: ${flag.options.join(", ")}.`;
  const given =
    typeof flag.default === "string" || typeof flag.default === "number" ? `Unless said: ${flag.default}.` : "";
  const about = flag.name === "json" ? "Give the answer as JSON." : (flag.summary ?? "");
  return entry(word, [about, options, given].filter(Boolean).join(" "));
}

function argumentEntry({ name, description, options }) {
  return entry(italic(name.toUpperCase()), description, options === undefined ? "" : `One of: ${options.join(", ")}.`);
}

function exampleLines({ description, command }) {
  return [`.PP\n${prose(description)}`, verbatim(named(command))];
}

function exitStatus(id) {
  if (ANSWERS[id] === undefined)
    return ["0 where it is done, 1 where there is a fault, 2 where it is used wrongly: see", ".BR netlogctl (1)."];
  return [
    entry(bold("0"), `${ANSWERS[id]}.`),
    entry(bold("1"), "It is not so."),
    entry(bold("2"), "Trouble: it could not be found out."),
  ];
}

/** The overview, the topic, what the text names, and what the flags take. */
function seeAlso(id, command, all) {
  const text = named(
    [command.summary, command.description, ...(command.examples ?? []).map((example) => example.command)].join(" "),
  );
  const topic = id.includes(":") ? [`netlogctl-${id.split(":")[0]}(1)`] : [];
  const mentioned = all.filter(
    (other) => other !== id && text.includes(other.replaceAll(":", " ")) && other.includes(":"),
  );
  const flags = Object.values(command.flags);
  const documents = [
    [flags.some(({ name, summary }) => name === "file" && /intent/i.test(summary ?? "")), "netlogctl-intent(5)"],
    [flags.some(({ name }) => ["where", "fields"].includes(name)), "netlogctl-events(5)"],
    [flags.some(({ name }) => ["templates", "template"].includes(name)), "netlogctl-templates(5)"],
    [id === "rules:test", "netlogctl-tests(5)"],
  ];
  const pages = ["netlogctl(1)", ...topic, ...mentioned.map((other) => `${pageOf(other)}(1)`)];
  return seeAlsoLine([...pages, ...documents.filter(([is]) => is).map(([, page]) => page)]);
}

/** Pages, each with its section. */
export function seeAlsoLine(pages) {
  return [[...new Set(pages)].map((page) => `${bold(page.slice(0, -3))}${page.slice(-3)}`).join(",\n")];
}

/** The page of a topic: its commands. */
export function topicPage(topic, description, commands, own) {
  return {
    name: `netlogctl-${topic}`,
    number: 1,
    about: aboutOf(description),
    sections: [
      ["SYNOPSIS", [`${bold(`netlogctl ${topic}`)} ${italic("COMMAND")}`]],
      ["DESCRIPTION", [prose(description)]],
      ["COMMANDS", commandEntries(commands)],
      ["SEE ALSO", seeAlsoLine(["netlogctl(1)", ...commands.map(([id]) => `${pageOf(id)}(1)`), ...own])],
    ],
  };
}

/** Commands with what they do. */
export function commandEntries(commands) {
  return commands.map(([id, { summary }]) => entry(`${bold(pageOf(id))}(1)`, summary));
}
