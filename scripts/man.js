// Writes the pages of the manual into dist/man, or the directory that is named: one of each command and topic, and those of the documents. All that they
// say is taken from the built program, but for scripts/man/texts.js.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { listFilterFields, listTemplates, openHost, rulesSchema } from "../dist/src/index.js";
import { commandPage, topicPage } from "./man/command-page.js";
import { eventsPage, schemaPage, templatesPage } from "./man/document-page.js";
import { overviewPage } from "./man/overview-page.js";
import { renderPage } from "./man/roff.js";
import { EVENTS, INTENT, TEMPLATES, TESTS } from "./man/texts.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = process.argv[2] ?? `${root}dist/man`;
const { version, description, oclif } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const manifest = JSON.parse(readFileSync(`${root}oclif.manifest.json`, "utf8"));
const commands = Object.entries(manifest.commands)
  .filter(([, { hidden }]) => hidden !== true)
  .toSorted(([a], [b]) => (a < b ? -1 : 1));
const ids = commands.map(([id]) => id);

const fields = await listFilterFields();
const templates = await listTemplates(
  await openHost({}),
  { given: [`${root}templates`], own: `${root}templates` },
  () => {},
);
const own = templates.filter(({ source }) => source.startsWith(root));
const topics = Object.entries(oclif.topics).filter(([topic]) => !ids.includes(topic));
const pages = [
  overviewPage({
    description,
    topics: oclif.topics,
    commands,
    files: filesOf(readFileSync(`${root}README.md`, "utf8")),
  }),
  ...commands.map(([id, command]) => commandPage(id, command, ids)),
  ...topics.map(([topic, { description: about }]) =>
    topicPage(
      topic,
      about,
      commands.filter(([id]) => id.startsWith(`${topic}:`)),
      documentsOf(topic),
    ),
  ),
  schemaPage({ ...INTENT, schema: rulesSchema() }),
  schemaPage({ ...TESTS, schema: rulesSchema(true) }),
  eventsPage(fields, EVENTS),
  templatesPage(own, TEMPLATES),
];

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const date = dateOf(process.env.SOURCE_DATE_EPOCH);
for (const page of pages)
  writeFileSync(`${outdir}/${page.name}.${page.number}`, renderPage({ ...page, date, version }));

/** The same source has the same pages: the day is not that of the build but that of what is built. */
function dateOf(epoch) {
  if (epoch !== undefined) return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  const changelog = `${root}CHANGELOG.md`;
  const [, released] = /^## \[.+\] - (\d{4}-\d{2}-\d{2})$/m.exec(readFileSync(changelog, "utf8")) ?? [];
  return released ?? statSync(changelog).mtime.toISOString().slice(0, 10);
}

/** The table of files in the README. */
function filesOf(readme) {
  const [, table] = /^\| file +\| what it is +\|\n\| -.*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  if (table === undefined) throw new Error("README.md has no table of files");
  const rows = table
    .trim()
    .split("\n")
    .map((row) =>
      row
        .slice(1, -1)
        .split(" | ")
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
  return rows.map(([path, what]) => [path, `${what[0].toUpperCase()}${what.slice(1)}.`]);
}

function documentsOf(topic) {
  const documents = { rules: ["intent", "tests"], template: ["templates"], packets: ["events"], flows: ["events"] };
  return (documents[topic] ?? ["intent"]).map((name) => `netlogctl-${name}(5)`);
}
