// Text as man(7) has it, for groff and mandoc alike.

const LETTERS = { "\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq" };

/** A text within a line: every letter stands for itself. */
export function escapeText(text) {
  return text
    .replace(/[\\\-'`^~"]/g, (letter) => LETTERS[letter])
    .replace(
      /[^\n\x20-\x7e]/gu,
      (letter) => `\\[u${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

/** A line of its own: one that begins with a dot is no request. */
function line(text) {
  return text.startsWith(".") ? `\\&${text}` : text;
}

export const bold = (text) => `\\fB${escapeText(text)}\\fR`;
export const italic = (text) => `\\fI${escapeText(text)}\\fR`;

/** A running text: flags and names of pages stand out. */
export function prose(text) {
  const parts = text
    .replace(/\s+/g, " ")
    .trim()
    .split(/((?<![\w-])--?[a-z][a-z-]*\b|\b[a-z][\w.-]*\(\d\))/);
  return line(parts.map((part, index) => (index % 2 === 1 ? standOut(part) : escapeText(part))).join(""));
}

function standOut(part) {
  const [, name, section] = /^(.+)(\(\d\))$/.exec(part) ?? [];
  return name === undefined ? bold(part) : `${bold(name)}${section}`;
}

/** Paragraphs that blank lines part; one of several lines is a table that stays as it is. */
export function paragraphs(text) {
  return text
    .trim()
    .split(/\n{2,}/)
    .filter((part) => part !== "")
    .map((part) => (part.includes("\n") ? verbatim(part) : `.PP\n${prose(part)}`));
}

/** Lines that are not filled. */
export function verbatim(text) {
  const lines = text.replace(/\n$/, "").split("\n");
  return [".sp", ".RS 4", ".nf", ...lines.map((each) => line(escapeText(each)) || "\\&"), ".fi", ".RE"].join("\n");
}

/** A word, in roff already, and what it means. */
export function entry(word, ...texts) {
  const [first = "", ...more] = texts.filter((text) => text !== "");
  return [".TP", line(word), prose(first), ...more.flatMap((text) => [".br", prose(text)])].join("\n");
}

/** A page: its sections are a heading and lines in roff. */
export function renderPage({ name, number, date, version, about, sections }) {
  const head = `.TH ${quote(name.toUpperCase())} ${number} ${date} ${quote(`netlogctl ${version}`)} netlogctl`;
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([heading, lines]) => [`.SH ${quote(heading)}`, ...withoutFirstBreak(lines)]);
  const title = [".SH NAME", `${escapeText(name)} \\- ${escapeText(about)}`];
  return `${['.\\" Generated: edit the command or the schema that it tells of.', head, ".nh", ".ad l", ...title, ...body].join("\n")}\n`;
}

/** A heading begins a paragraph by itself. */
function withoutFirstBreak([first, ...rest]) {
  return [first.replace(/^\.(PP|sp)\n/, ""), ...rest].flatMap((text) => text.split("\n"));
}

const quote = (text) => `"${escapeText(String(text))}"`;

/** A sentence as man -k lists it: without the dot, and not begun in upper case unless it is a name. */
export function aboutOf(sentence) {
  const text = sentence.replace(/\.$/, "");
  return /^[A-Z][a-z ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}
