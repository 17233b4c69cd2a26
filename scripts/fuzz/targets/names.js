import assert from "node:assert/strict";
import { namesOfHosts, namesOfLeases } from "../../../dist/src/core/event/names/files.js";
import { createNames } from "../../../dist/src/core/event/names.js";

const NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;

/** /etc/hosts and files of leases: whatever they say, a name is a host's name, and an address is one. */
export const target = {
  tokens: [
    "127.0.0.1 localhost\n",
    "::1 a b\n",
    "1795966833 02:00:00:00:00:01 10.0.0.5 laptop *\n",
    "lease 10.0.0.5 {\n",
    'client-hostname "x";\n',
    "ends 2 2026/11/30 12:00:00;\n",
    "ends never;\n",
    "}\n",
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n",
    "10.0.0.7,,,600,1795966833,1,0,0,printer,0\n",
    "binding state active;\n",
  ],
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    for (const { address, name, until } of [...namesOfHosts(text), ...namesOfLeases(text)]) {
      assert.match(address, /^[0-9a-f.:]+$/);
      assert.ok(name === undefined || (NAME.test(name) && name.length <= 253), `no name: ${name}`);
      assert.ok(until === undefined || Number.isFinite(until), `no time: ${until}`);
    }
    const names = createNames(50);
    names.addHosts(text);
    names.addLeases(text);
    names.nameOf("10.0.0.5", 1);
  },
};
