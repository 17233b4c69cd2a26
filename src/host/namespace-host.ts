import { FILE_BYTES_MAX, type Host, HostError, type RunResult } from "../core/model/host.ts";
import { hostErrorOfText } from "./host-errors.ts";
import { runProgram } from "./run-program.ts";

/** What differs by network namespace; all other paths are the machine's. */
const INSIDE = ["/proc/net/", "/proc/sys/net/", "/proc/self/ns/net"];

/**
 * The same machine in another network namespace: what differs there is reached through nsenter(1), the rest directly.
 * @param path what leads to the namespace: /run/netns/NAME, /proc/PID/ns/net.
 */
export function openNamespaceHost(outer: Host, path: string, netns?: string): Host {
  const enter = (file: string, args: readonly string[], signal?: AbortSignal): Promise<RunResult> =>
    runProgram("nsenter", [`--net=${path}`, "--", file, ...args], signal);
  const ask = async (act: string, target: string, file: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await enter(file, args);
    if (code !== 0) throw hostErrorOfText(stderr, act, target);
    return stdout;
  };
  return {
    ...outer,
    label: netns === undefined || netns === path ? `the namespace of ${path}` : `namespace ${netns}`,
    netns,
    read: async (target, bytesMax = FILE_BYTES_MAX) => {
      if (!isInside(target)) return outer.read(target, bytesMax);
      const text = await ask("read", target, "head", ["-c", String(bytesMax + 1), target]);
      if (text.length > bytesMax) throw new HostError("EFBIG", "read", target);
      return Buffer.from(text, "utf8");
    },
    readLink: async (target) => {
      if (!isInside(target)) return outer.readLink(target);
      return (await ask("read", target, "readlink", [target])).trimEnd();
    },
    list: async (target) => {
      if (!isInside(target)) return outer.list(target);
      return (await ask("list", target, "ls", ["-A", target])).split("\n").filter((name) => name !== "");
    },
    writeKernel: async (target, value) => {
      if (!isInside(target)) return outer.writeKernel(target, value);
      const { runWithInput } = await import("./run-with-input.ts");
      const { code, stderr } = await runWithInput("nsenter", [`--net=${path}`, "--", "tee", target], { input: value });
      if (code !== 0) throw hostErrorOfText(stderr, "write", target);
    },
    run: (file, args, signal) => enter(file, args, signal),
    rulesetGeneration: async () => undefined,
    openLines: (file, args, signal) => outer.openLines("nsenter", [`--net=${path}`, "--", file, ...args], signal),
    startDetached: (file, args) => outer.startDetached("nsenter", [`--net=${path}`, "--", file, ...args]),
  };
}

function isInside(path: string): boolean {
  return INSIDE.some((prefix) => path.startsWith(prefix));
}
