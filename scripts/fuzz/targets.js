import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @import { Target } from "./engine.js" */

const DIRECTORY = new URL("targets/", import.meta.url);
const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/** Where seeds and findings of a target stand. @param {string} name */
export function corpusDirectory(name) {
  return `${FIXTURES}fuzz/${name}`;
}

/** The names of all targets. */
export function targetNames() {
  return readdirSync(DIRECTORY).map((file) => file.replace(/\.js$/, ""));
}

/** @param {string} name */
export function targetUrl(name) {
  return new URL(`${name}.js`, DIRECTORY).href;
}

/** @param {string} url @returns {Promise<Target>} */
export async function loadTarget(url) {
  const { target } = await import(url);
  return target;
}

/**
 * What stands in the target's own directory, without what is said of findings, and what it takes from elsewhere.
 * @param {string} name
 * @param {Target} target
 */
export function seedsOf(name, { seeds = () => [] }) {
  const directory = corpusDirectory(name);
  const own = existsSync(directory) ? readdirSync(directory).filter((file) => !file.endsWith(".error")) : [];
  return [...own.sort().map((file) => readFileSync(`${directory}/${file}`)), ...seeds()];
}

/**
 * Files below fixtures/ whose path ends so, for seeds: in the order of their names.
 * @param {string} directory
 * @param {RegExp} pattern
 */
export function fixtures(directory, pattern) {
  return readdirSync(FIXTURES + directory, { recursive: true, encoding: "utf8" })
    .filter((path) => pattern.test(path))
    .sort()
    .map((path) => readFileSync(`${FIXTURES}${directory}/${path}`));
}
