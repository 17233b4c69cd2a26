// What writes data: whatever cuts it off, the next one goes on from there, and what it leaves is what it leaves uncut.
import { untold } from "./fault.js";
import { look, ROOT } from "./laboratory.js";

/** Of a machine that is recorded it may be told that something could not be read. */
const fileState = () => {
  const { text, temporary } = look();
  return { text: text.replace(/"refusals": \{[^{}]*\}/g, '"refusals": {}'), temporary };
};
const written = (name, setup, change) => ({ name, kind: "data", setup, change, look: fileState, judge: whole });

/** A file of the user's is not there, or the old one, or whole. */
function whole(_scenario, way, _point, ended, prepared) {
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  const { text } = fileState();
  if (text === prepared.made) return { state: "made" };
  return text === prepared.old ? { state: "old" } : { why: "the file is neither the old one nor whole" };
}

/** Of several files each is there whole, or is not there. */
function wholeEach(_scenario, way, _point, ended, prepared) {
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  const { text } = fileState();
  if (text === prepared.made) return { state: "made" };
  const known = `${prepared.old}\n== ${prepared.made}`.split("\n== ");
  const torn = text.split("\n== ").filter((file) => !known.includes(file));
  return torn.length === 0 ? { state: "old" } : { why: `torn: ${torn[0].slice(0, 200)}` };
}

export const DATA = [
  { ...written("rules init", "mkdir -p /etc/netlogctl", ["rules", "init", "--template", "dropped"]), judge: wholeEach },
  written("record", "true", ["record", "/srv/machine"]),
  written("packets convert -o", `echo before > /srv/out; cp '${ROOT}fixtures/wire/sll.pcap' /srv/in`, [
    ..."packets convert /srv/in --to json -o /srv/out".split(" "),
  ]),
  written("capture extract -o", `echo before > /srv/out; cp '${ROOT}fixtures/wire/sll.pcap' /srv/in`, [
    ..."capture extract /srv/in /srv/in -o /srv/out".split(" "),
  ]),
];
