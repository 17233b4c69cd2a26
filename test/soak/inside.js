// Soaks in the lab that main.js made, and prints what it saw as JSON: inside.js SECONDS SEED
import { machine } from "../../bench/machine.js";
import { Soak } from "./soak.js";

const [seconds, seed] = process.argv.slice(2).map(Number);
const soak = await Soak.open(seed);
const end = performance.now() + seconds * 1000;
while (performance.now() < end && !soak.isBroken) {
  await soak.load(Math.min(60, Math.max(10, (end - performance.now()) / 1000)));
  await soak.check();
}
const told = await soak.close();
process.stdout.write(JSON.stringify({ on: machine(), seed, ...told }), () => process.exit());
