type Program = hbs.AST.Program;

const HELPERS = ["json", "not", "join"];
const BLOCKS = ["if", "unless", "each"];

/** How deep lists may be gone through in lists: what comes of it grows with that power. */
const DEPTH_MAX = 2;

/**
 * Refuses what would write a value into the text of a template other than as JSON, bring in another template, or name what
 * no parameter has: Handlebars itself takes a misspelt name behind a helper for nothing.
 */
export function refuseBare(program: Program, parameters: readonly string[], depth = 0): void {
  for (const node of program.body) {
    if (node.type === "MustacheStatement") checkCall(node as hbs.AST.MustacheStatement, ["json"], parameters);
    else if (node.type === "BlockStatement") checkBlock(node as hbs.AST.BlockStatement, parameters, depth);
    else if (node.type !== "ContentStatement" && node.type !== "CommentStatement")
      throw refused(node, "only {{json ...}}, {{#if ...}}, {{#unless ...}} and {{#each ...}} may stand in a template");
  }
}

/** Blocks in blocks and calls in calls that no template comes near. */
const NESTING_MAX = 64;

/** Refuses a text whose blocks or calls stand too deep in one another: Handlebars takes very long to read it. */
export function refuseDeep(text: string): void {
  const depths = { block: 0, call: 0 };
  for (const [part] of text.matchAll(/\{\{~?[#^/]|[()]/g)) {
    const kind = part.startsWith("{{") ? "block" : "call";
    depths[kind] = Math.max(0, depths[kind] + (/[/)]$/.test(part) ? -1 : 1));
    if (depths[kind] > NESTING_MAX) throw new Error(`at most ${NESTING_MAX} blocks or calls may stand in one another`);
  }
}

function checkBlock(node: hbs.AST.BlockStatement, parameters: readonly string[], depth: number): void {
  checkCall(node, BLOCKS, parameters);
  const inner = wordOf(node.path) === "each" ? depth + 1 : depth;
  if (inner > DEPTH_MAX) throw refused(node, `each may stand in each ${DEPTH_MAX - 1} deep`);
  for (const program of [node.program, node.inverse] as (Program | null | undefined)[]) {
    if (program) refuseBare(program, parameters, inner);
  }
}

type Call = Pick<hbs.AST.MustacheStatement, "path" | "params" | "loc">;

function checkCall(node: Call, words: readonly string[], parameters: readonly string[]): void {
  const word = wordOf(node.path);
  if (!words.includes(word)) {
    throw refused(
      node,
      words.length === 1 ? `{{${word}}} must be {{json ${word}}}` : `there is no ${word} in a template`,
    );
  }
  for (const param of node.params) checkParam(param, parameters);
}

function checkParam(param: hbs.AST.Expression, parameters: readonly string[]): void {
  if (param.type === "SubExpression") checkCall(param as hbs.AST.SubExpression, HELPERS, parameters);
  if (param.type !== "PathExpression") return;
  const { data, parts, original } = param as hbs.AST.PathExpression;
  const [name] = parts;
  const isKnown = data
    ? ["key", "index", "first", "last"].includes(String(name))
    : name === undefined || parameters.includes(String(name));
  if (!isKnown || parts.length > 1) throw refused(param, `${original} names a variable that no parameter has`);
}

function wordOf(path: hbs.AST.Expression): string {
  return path.type === "PathExpression" ? String((path as hbs.AST.PathExpression).original) : "";
}

function refused({ loc }: Pick<hbs.AST.Node, "loc">, why: string): Error {
  return new Error(`line ${loc.start.line}: ${why}`);
}
