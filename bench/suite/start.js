import { netlogctl } from "../lab.js";
import { command } from "../measure.js";

/** What it takes before anything is done. */
export const benchmark = {
  about: "A start that does nothing else, beside Node's own.",
  async *groups() {
    yield {
      title: "start",
      rounds: 21,
      peer: "node -e 0",
      cases: [
        command("node -e 0", [process.execPath, "-e", "0"]),
        command("netlogctl --version", netlogctl("--version")),
        command("netlogctl --help", netlogctl("--help")),
        command("ufw --version", ["ufw", "--version"], { needs: "ufw" }),
        command("ferm --version", ["ferm", "--version"], { needs: "ferm" }),
        command("shorewall version", ["shorewall", "version"], { needs: "shorewall" }),
      ],
      goals: [
        { of: "netlogctl --version", figure: "wall", most: 1.2, to: "node -e 0" },
        { of: "netlogctl --help", figure: "wall", most: 2.3, to: "node -e 0" },
      ],
    };
  },
};
