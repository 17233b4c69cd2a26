// Prints the number of the ruleset's generation in the network namespace that it is run in.
import { readGeneration } from "../../dist/src/host/ruleset-generation.js";

process.stdout.write(`${readGeneration()}\n`);
