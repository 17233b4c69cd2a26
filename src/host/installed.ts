import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program stands in one of the places of PATH. */
export function isInstalled(program: string, { PATH = "" }: { readonly PATH?: string | undefined }): boolean {
  return PATH.split(delimiter).some((folder) => folder !== "" && isProgram(join(folder, program)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
