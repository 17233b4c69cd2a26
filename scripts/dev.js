// Runs a command as tsc wrote it, without a bundle, its stack traces in the sources: npm run dev -- status
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
globalThis.PACKAGE_VERSION = JSON.parse(readFileSync(`${root}package.json`, "utf8")).version;
const names = readdirSync(`${root}dist/commands`, { recursive: true }).filter((name) => name.endsWith(".js"));
const commands = names.map((name) => [
  name.slice(0, -".js".length).replaceAll("/", ":"),
  () => import(`${root}dist/commands/${name}`),
]);
const { main } = await import("../dist/src/main.js");
await main(root, process.argv.slice(2), Object.fromEntries(commands));
