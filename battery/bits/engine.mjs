// What an engine makes of the seven sweeps, in a project that has the package: a line of JSON, hashes by number of workers.
// Arguments: those numbers.
import { sevenSweeps } from "./sweeps.mjs";

const found = {};
for (const workers of process.argv.slice(2).map(Number)) found[workers] = await sevenSweeps(workers);
console.log(JSON.stringify(found));
process.exit(0);
