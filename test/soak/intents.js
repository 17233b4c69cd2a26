// The intents that the service reads again and again, and those that are applied in turn.
import { writeFileSync } from "node:fs";

export const [SERVE, INTENT, OTHER_INTENT] = ["/run/serve.yaml", "/run/one.yaml", "/run/other.yaml"];

const GROUPS = [1, 2, 4, 5];

/** What the service does; each variant differs in what a reload changes. */
export function serveIntent({ hasPassing = true, payload = 512, keep = 16, kept = 2, names = true } = {}) {
  const groups = hasPassing ? [...GROUPS, 3] : GROUPS;
  return `version: 1
serve:
  groups: [${groups.join(", ")}]
  flows: { census: 5s }
  payload-bytes: ${payload}
  names: ${names}
  room-mib: 4
  bus: { keep: ${keep}MiB }
  store:
    topics:
      - { match: "nft:soak:1", max-size: ${kept}MiB }
      - { match: "nft:*", max-size: ${kept}MiB, max-age: 10m }
      - { match: "ct:*", max-size: ${kept}MiB }
  metrics: /run/metrics.sock
`;
}

/** What the store may take, whatever variant was read last: the largest of them. */
export const STORE_BYTES_MAX = (3 * 3 + 1 + 1) * 1024 * 1024;

const intent = (prefix, more) => `version: 1
sets:
  some: { type: ip, elements: [127.0.0.0/8${more === "" ? "" : ", 192.0.2.0/24"}] }
rules:
  - name: port
    hook: output
    match: { ip: { daddr: "@some" }, udp: { dport: 9021 } }
    log: { prefix: "${prefix} ", group: 21 }
  - name: gate
    into: inet gate in
    at: start
    match: { udp: { dport: 9021 } }
    log: { prefix: "gate:${prefix} ", group: 21 }
    limit: 100/second
${more}`;

const MORE = `  - { name: sources, hook: output, match: { udp: { dport: [9021, 9022] } }, log: { prefix: "sources ", group: 21 }, limit: { rate: 50/second, per: daddr } }
`;

/** Writes the two intents that are applied in turn. */
export function writeIntents() {
  writeFileSync(INTENT, intent("one", ""));
  writeFileSync(OTHER_INTENT, intent("other", MORE));
}
