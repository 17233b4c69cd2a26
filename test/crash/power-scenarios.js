// Commands that promise something for later boots.
import { ARCHIVE_POWER } from "./archive-scenarios.js";
import { CAPTURE_POWER } from "./capture-scenarios.js";
import { ROOT } from "./laboratory.js";
import { SERVE_POWER } from "./serve-scenarios.js";

const RULES = `version: 1
rules:
  - { name: ssh, hook: input, match: { tcp: { dport: 22 } }, log: { prefix: "ssh " } }
`;
const PREPARE = `cat > /srv/old.yaml << 'END'\n${RULES}END
sed s/22/2222/ /srv/old.yaml > /srv/new.yaml`;
const APPLY_OLD = "netlogctl rules apply -f /srv/old.yaml --yes --persist";

const scenario = (name, before, change) => ({
  name: `power: ${name}`,
  setup: `${PREPARE}\n${before}`,
  change,
  isPowerCut: true,
});

export const POWER = [
  scenario("default log --persist", "netlogctl default log ip kernel --persist", [
    ..."default log inet user group 5 --persist".split(" "),
  ]),
  scenario("rules apply --persist", APPLY_OLD, ["rules", "apply", "-f", "/srv/new.yaml", "--yes", "--persist"]),
  scenario("rules remove", APPLY_OLD, ["rules", "remove", "--yes"]),
  scenario("rules init", "", ["rules", "init", "--template", "dropped"]),
  scenario("packets convert -o", `echo before > /srv/disk/out; cp '${ROOT}fixtures/wire/sll.pcap' /srv/in`, [
    ..."packets convert /srv/in --to json -o /srv/disk/out".split(" "),
  ]),
  SERVE_POWER,
  CAPTURE_POWER,
  ARCHIVE_POWER,
];
