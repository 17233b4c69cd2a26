import { spawn } from "node:child_process";
import { isInstalled } from "./installed.ts";

/** How captures can be looked at here. */
export type Viewer = "wireshark" | "tshark" | undefined;

/** The program for captures: Wireshark where there is a desktop, else tshark in the terminal; undefined where neither is installed. */
export function findViewer(env: NodeJS.ProcessEnv): Viewer {
  if (hasDesktop(env) && isInstalled("wireshark", env)) return "wireshark";
  return isInstalled("tshark", env) ? "tshark" : undefined;
}

function hasDesktop(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
}

/** Without a display that it can open it ends about as soon; what lives as long has a window. */
const START_MS = 1000;

/** Starts Wireshark, which lives on by itself. What went wrong, in words; else empty. */
export async function startWireshark(file: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (!isInstalled("wireshark", env)) return "wireshark is not installed";
  if (!hasDesktop(env)) return "there is no desktop for wireshark: neither DISPLAY nor WAYLAND_DISPLAY is set";
  const child = spawn("wireshark", [file], { detached: true, stdio: "ignore", env });
  let timer: NodeJS.Timeout | undefined;
  const lives = new Promise<0>((resolve) => {
    timer = setTimeout(() => resolve(0), START_MS);
  });
  const code = await Promise.race([endOf(child), lives]);
  clearTimeout(timer);
  child.unref();
  return code === 0 ? "" : "wireshark ended at once: see what it says, started by hand";
}

/** Shows the capture in the terminal page by page. What went wrong, in words; else empty. */
export async function runTshark(file: string, signal: AbortSignal): Promise<string> {
  if (!isInstalled("tshark", process.env)) return TSHARK_NONE;
  const tshark = spawn("tshark", ["-V", "-r", file], { stdio: ["ignore", "pipe", "pipe"], signal });
  const [program = "less", ...words] = (process.env["PAGER"]?.trim() || "less").split(/\s+/);
  const pager = spawn(program, words, { stdio: ["pipe", "inherit", "inherit"], signal });
  tshark.stdout.pipe(pager.stdin);
  pager.stdin.on("error", () => tshark.kill()); // who has read enough ends the pager
  const said = saidBy(tshark);
  const [code, paged] = await Promise.all([endOf(tshark), endOf(pager)]);
  if (signal.aborted) return "";
  if (paged !== 0 && paged !== null) return "the pager could not be started: set PAGER, or install less";
  return problemOf(code, said());
}

/** Writes a line of each packet to standard output. What went wrong, in words; else empty. */
export async function writeTshark(file: string, signal: AbortSignal): Promise<string> {
  if (!isInstalled("tshark", process.env)) return TSHARK_NONE;
  const tshark = spawn("tshark", ["-r", file], { stdio: ["ignore", "inherit", "pipe"], signal });
  const said = saidBy(tshark);
  const code = await endOf(tshark);
  return signal.aborted ? "" : problemOf(code, said());
}

const TSHARK_NONE = "tshark is not installed";

/** Collects the beginning of what a program says on its standard error. */
function saidBy(child: ReturnType<typeof spawn>): () => string {
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(0, 2000);
  });
  return () => said;
}

/** Whoever reads no further is none. */
function problemOf(code: number | null, said: string): string {
  const isRead = code === 0 || code === null || /broken pipe/i.test(said);
  return isRead
    ? ""
    : `tshark: ${said
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^tshark: /, "")}`;
}

async function endOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return await new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", resolve);
  });
}
