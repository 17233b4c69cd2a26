import { netlogctl } from "../lab.js";
import { command } from "../measure.js";
import { at, startNeighbours } from "../neighbours.js";
import { roundsOf, SIZES, words, writeRules } from "../rulesets.js";

const PEER = "nft -j -c -f";

/** The kernel asked whether it would take rules. */
export const benchmark = {
  about: "Whether the kernel would take an intent, beside nft being asked the same, and what others check of theirs.",
  async *groups() {
    startNeighbours();
    for (const n of [20, ...SIZES]) {
      writeRules("a", n);
      yield {
        title: words(n),
        n,
        rounds: roundsOf(n),
        peer: PEER,
        cases: [
          command(PEER, ["nft", "-j", "-c", "-f", "/run/a.json"]),
          command("nft -c -f", ["nft", "-c", "-f", "/run/a.nft"]),
          command("rules check", netlogctl("rules", "check", "-f", "/run/a.yaml")),
          ...(n > 20 ? [] : OTHERS),
        ],
      };
    }
  },
};

const OTHERS = [
  command("ufw --dry-run", at("ufw", "ufw", "--dry-run", "logging", "medium"), { needs: "ufw" }),
  command("firewall-offline-cmd --check-config", ["firewall-offline-cmd", "--check-config"], {
    needs: "firewall-offline-cmd",
  }),
  command("shorewall check", at("shorewall", "shorewall", "check"), { needs: "shorewall" }),
  command("ferm --noexec", ["ferm", "--noexec", "/run/ferm.conf"], { needs: "ferm" }),
];
