import { expect, test } from "vitest";
import { renderRestoreUnit } from "../../src/core/service/restore-unit.ts";

test.each([
  [["/usr/bin/node", "/opt/net log/main.js"], 'ExecStart=/usr/bin/node "/opt/net log/main.js" restore'],
  [["/usr/bin/node", '/o/50%/$HOME/"x"\\y'], 'ExecStart=/usr/bin/node "/o/50%%/$$HOME/\\"x\\"\\\\y" restore'],
])("a command line is quoted so that systemd expands nothing: %j", (program, line) => {
  expect(renderRestoreUnit(program).split("\n")).toContain(line);
});
