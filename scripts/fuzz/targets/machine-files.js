import assert from "node:assert/strict";
import { decodeJournald, spanSeconds } from "../../../dist/src/core/doctor/journald.js";
import { decodeRsyslog } from "../../../dist/src/core/doctor/rsyslog.js";
import { decodeUnit } from "../../../dist/src/core/procfs/cgroup.js";
import { decodeNetlink } from "../../../dist/src/core/procfs/netlink.js";
import { decodeNfLog } from "../../../dist/src/core/procfs/nf-log.js";
import { decodeNfnetlinkLog } from "../../../dist/src/core/procfs/nfnetlink-log.js";
import { decodeSocketMemory } from "../../../dist/src/core/procfs/socket-memory.js";
import { socketsIn } from "../../../dist/src/core/procfs/sockets.js";
import { createRedactor } from "../../../dist/src/core/record/redact.js";
import { fixtures } from "../targets.js";

/** Texts of /proc and of configurations, also of a machine that a stranger recorded: read, or refused. */
export const target = {
  tokens: [
    "nf_log_ipv4",
    "NONE",
    "nfnetlink_log",
    " 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)\n",
    "0::/system.slice/x.service\n",
    "[Journal]\n",
    'module(load="imjournal" Ratelimit.Burst="5")\n',
    "$ModLoad imklog\n",
    "$imklogRatelimitBurst 7\n",
    "module(",
    "Storage=",
    "RateLimitBurst=",
    "skmem:(r0,rb212992)",
    "1min 30s",
    "10.0.0.1",
    "fe80::1",
    "02:00:00:00:00:01",
  ],
  seeds: () =>
    fixtures("machine", /(?:nf_log|nfnetlink_log|netlink|journald\.conf|comm|cgroup)$/).filter(
      (file) => file.length < 3000,
    ),
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    for (const decode of [decodeUnit, decodeNetlink, decodeNfnetlinkLog, decodeSocketMemory, spanSeconds]) decode(text);
    decodeJournald([text, text]);
    decodeRsyslog([{ path: "f", text }]);
    socketsIn("tcp", text);
    assert.doesNotMatch(createRedactor().redact(`addr 9.8.7.66 ${text}`), /9\.8\.7\.66/);
    decodeNfLog(text);
  },
};
