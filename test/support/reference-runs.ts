import { readdirSync, readFileSync } from "node:fs";

/** A run of a bundled circuit by SciPy's DOP853: 21 samples of each state from 0 to `time`, with these parameters, inputs and starts by path. */
export interface ReferenceRun {
  time: number;
  values: Record<string, number>;
  states: Record<string, number[]>;
}

/** The runs of test/reference/bundled-dop853*.json by path of their circuit. */
export function referenceRuns(): Record<string, ReferenceRun> {
  const files = readdirSync("test/reference").filter((name) => /^bundled-dop853.*\.json$/.test(name));
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(`test/reference/${name}`, "utf8"))));
}
