/** A pattern in which `*` stands for any letters and `?` for one, as a test of whole texts; case counts. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const [head = "", ...parts] = pattern.split(/\*+/);
  const tail = parts.pop();
  if (tail === undefined) return (text) => text.length === head.length && isAt(text, head, 0);

  const between = parts.filter((part) => part !== "");
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !isAt(text, head, 0) || !isAt(text, tail, end)) return false;
    let from = head.length;
    for (const part of between) {
      const at = find(text, part, from, end);
      if (at === -1) return false;
      from = at + part.length;
    }
    return true;
  };
}

/** The first place is the right one: whatever matches behind a later one does so behind this one, too. */
function find(text: string, part: string, from: number, end: number): number {
  for (let at = from; at + part.length <= end; at += 1) if (isAt(text, part, at)) return at;
  return -1;
}

function isAt(text: string, part: string, at: number): boolean {
  if (at + part.length > text.length) return false;
  for (let index = 0; index < part.length; index += 1) {
    if (part[index] !== "?" && part[index] !== text[at + index]) return false;
  }
  return true;
}
