import { spawn } from "node:child_process";
import { isInstalled } from "./installed.ts";

/** How captures can be looked at here. */
export type Viewer = "wireshark" | "tshark" | undefined;

/** The program for captures: Wireshark where there is a desktop, else tshark in the terminal; undefined where neither is installed. */
export function findViewer(env: NodeJS.ProcessEnv): Viewer {
  const hasDesktop = Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
  if (hasDesktop && isInstalled("wireshark", env)) return "wireshark";
  return isInstalled("tshark", env) ? "tshark" : undefined;
}

/** Starts Wireshark, which lives on by itself. */
export function startWireshark(file: string): void {
  const child = spawn("wireshark", [file], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}

/** Shows the capture in the terminal page by page. What went wrong, in words; else empty. */
export async function runTshark(file: string, signal: AbortSignal): Promise<string> {
  const tshark = spawn("tshark", ["-V", "-r", file], { stdio: ["ignore", "pipe", "pipe"], signal });
  const [program = "less", ...words] = (process.env["PAGER"]?.trim() || "less").split(/\s+/);
  const pager = spawn(program, words, { stdio: ["pipe", "inherit", "inherit"], signal });
  tshark.stdout.pipe(pager.stdin);
  pager.stdin.on("error", () => tshark.kill()); // who has read enough ends the pager
  let said = "";
  tshark.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(0, 2000);
  });
  const [code, paged] = await Promise.all([endOf(tshark), endOf(pager)]);
  if (paged !== 0 && paged !== null) return "the pager could not be started: set PAGER, or install less";
  return code === 0 || code === null ? "" : `tshark: ${said.trim().split("\n").at(-1)}`;
}

async function endOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return await new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", resolve);
  });
}
