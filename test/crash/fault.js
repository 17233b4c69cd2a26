// What a command that is not ended itself has to say of what failed.

/** A failure is told as a fault: a bug has a stack trace, and nothing at all helps nobody. */
export function untold(way, { code, stdout, stderr }) {
  if (["main", "all", "power"].includes(way)) return undefined;
  if (/this is a bug|\n\s+at .+:\d+:\d+/.test(stderr)) return { why: `a stack trace: ${stderr}` };
  return code !== 0 && `${stdout}${stderr}`.trim() === ""
    ? { why: `it ended with ${code} and said nothing` }
    : undefined;
}
