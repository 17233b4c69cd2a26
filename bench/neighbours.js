// The machine's other firewalls, each at work in a network namespace of its own. scripts/neighbours unpacks them.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { has, ok, ROOT } from "./lab.js";
import { fermRules } from "./rulesets.js";

/** A command line in the network namespace of one of them. */
export const at = (name, ...command) => ["nsenter", `--net=/run/netns/${name}`, ...command];

/** Starts those that are there, with their logging switched on. */
export function startNeighbours() {
  for (const [program, start] of Object.entries(STARTS)) {
    if (!has(program)) continue;
    ok("ip", "netns", "add", program);
    ok(...at(program, "ip", "link", "add", "name", "eth0", "type", "bridge"));
    start();
  }
}

const STARTS = {
  ufw: () => {
    ok(...at("ufw", "ufw", "allow", "22/tcp"));
    ok(...at("ufw", "ufw", "--force", "enable"));
  },
  firewalld: () => {
    mkdirSync("/run/dbus/services", { recursive: true });
    writeFileSync(
      "/run/dbus/services/firewalld.service",
      "[D-BUS Service]\nName=org.fedoraproject.FirewallD1\nExec=/usr/sbin/firewalld --nofork --nopid\n",
    );
    const config = `--config-file=${ROOT}fixtures/neighbours/dbus.conf`;
    ok(...at("firewalld", "dbus-daemon", config, "--fork", "--nopidfile"));
    ok("firewall-cmd", "--state"); // waits until it has started
  },
  shorewall: () => {
    for (const name of ["interfaces", "policy", "rules", "zones"])
      copyFileSync(`/usr/share/doc/shorewall/examples/one-interface/${name}`, `/etc/shorewall/${name}`);
    mkdirSync("/var/lib/shorewall");
    ok(...at("shorewall", "shorewall", "start"));
  },
  ferm: () => {
    writeFileSync("/run/ferm.conf", fermRules(20));
    ok(...at("ferm", "ferm", "/run/ferm.conf"));
  },
};
