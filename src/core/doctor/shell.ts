import { shellWord } from "../shell-word.ts";

/** How a command is made one for a namespace: what stands before a foreign program, and behind netlogctl. */
export interface InNetns {
  readonly enter: string;
  readonly option: string;
}

export function inNetns(netns: string | null): InNetns {
  if (netns === null) return { enter: "", option: "" };
  const word = shellWord(netns);
  return {
    enter: netns.includes("/") ? `nsenter --net=${word} ` : `ip netns exec ${word} `,
    option: ` --netns ${word}`,
  };
}

/** The initial namespace's door: sysctls that are one for the whole machine can be written only there. */
export function inInitial(isInitial: boolean, netns: string | null): string {
  return isInitial && netns === null ? "" : "nsenter --net=/proc/1/ns/net ";
}

/** A text as a shell's comment, a line of its own (zsh takes none behind a command): no line break ends it. */
export function comment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}`;
}

/** `1 rule`, `3 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The command that writes a file of some lines. */
export function writeCommand(path: string, lines: readonly string[]): string {
  return `printf '%s\\n' ${lines.map((line) => (/^[\w=]+$/.test(line) ? line : `'${line}'`)).join(" ")} > ${path}`;
}
