import { readFileSync } from "node:fs";
import { tableFromIPC } from "@uwdata/flechette";
import { byColumns, run, versionOf } from "./ask.mjs";

await run(versionOf("@uwdata/flechette"), { arrow: byColumns((path) => tableFromIPC(readFileSync(path)).toColumns()) });
