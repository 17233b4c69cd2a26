import { netlogctl } from "../lab.js";
import { command, run } from "../measure.js";
import { at, startNeighbours } from "../neighbours.js";

const NODE = "node -e 0";
const node = command(NODE, [process.execPath, "-e", "0"]);

/** A case whose argument is another one each time, so that there is something to change. */
function inTurn(name, commands, more) {
  let turn = 0;
  return { name, run: () => run(commands[turn++ % commands.length]), ...more };
}

const quick = (of) => [
  { of, figure: "wall", most: 2, to: NODE },
  { of, figure: "wall", most: 1, to: "ufw status" },
  { of, figure: "memory", most: 55 },
];

/** Looking, and changing the default log. */
export const benchmark = {
  about: "The state of things shown, then the default log changed and read back, beside what others take to do so.",
  async *groups() {
    startNeighbours();
    yield {
      title: "show",
      rounds: 15,
      peer: NODE,
      cases: [
        node,
        command("nft list ruleset", ["nft", "list", "ruleset"]),
        command("netlogctl status", netlogctl("status")),
        command("netlogctl default log", netlogctl("default", "log")),
        command("ufw status", at("ufw", "ufw", "status"), { needs: "ufw" }),
        command("firewall-cmd --state", ["firewall-cmd", "--state"], { needs: "firewall-cmd" }),
        command("firewall-offline-cmd", ["firewall-offline-cmd", "--get-log-denied"], {
          needs: "firewall-offline-cmd",
        }),
        command("shorewall status", at("shorewall", "shorewall", "status"), { needs: "shorewall" }),
      ],
      goals: [...quick("netlogctl status"), ...quick("netlogctl default log")],
    };
    const ours = "netlogctl default log ip6 ...";
    yield {
      title: "change",
      rounds: 7,
      peer: NODE,
      cases: [
        node,
        inTurn(ours, [
          netlogctl("default", "log", "ip6", "user", "group", "0"),
          netlogctl("default", "log", "ip6", "kernel"),
        ]),
        inTurn(
          "ufw logging",
          ["medium", "low"].map((level) => at("ufw", "ufw", "logging", level)),
          { needs: "ufw" },
        ),
        inTurn(
          "firewall-cmd --set-log-denied",
          ["all", "off"].map((what) => ["firewall-cmd", `--set-log-denied=${what}`]),
          { needs: "firewall-cmd" },
        ),
        command("shorewall reload", at("shorewall", "shorewall", "reload"), { needs: "shorewall" }),
        command("ferm", at("ferm", "ferm", "/run/ferm.conf"), { needs: "ferm" }),
      ],
      goals: [{ of: ours, figure: "wall", most: 2.3, to: NODE }],
    };
  },
};
