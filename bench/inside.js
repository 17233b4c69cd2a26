// Runs one benchmark in the lab that main.js made, and prints what it measured as JSON: inside.js NAME ROUNDS (0: as many as it says).
import { machine } from "./machine.js";
import { measureGroup } from "./measure.js";

const [name, rounds] = process.argv.slice(2);
const { benchmark } = await import(`./suite/${name}.js`);
const groups = [];
for await (const group of benchmark.groups()) {
  process.stderr.write(`${name}: ${group.title} `);
  const begin = performance.now();
  groups.push(await measureGroup({ ...group, rounds: Number(rounds) || group.rounds }));
  process.stderr.write(` ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
}
process.stdout.write(JSON.stringify({ about: benchmark.about, on: machine(), groups }));
