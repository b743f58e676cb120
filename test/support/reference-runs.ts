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

/** Largest deviation of traces from those of a run, each as a share of its range; of one that rests, of its size. */
export function deviationFrom({ states }: ReferenceRun, traceOf: (path: string) => ArrayLike<number>): number {
  let most = 0;
  for (const [path, expected] of Object.entries(states)) {
    const found = traceOf(path);
    const range = Math.max(...expected) - Math.min(...expected);
    const scale = range > 0 ? range : Math.max(Math.abs(expected[0]), 1);
    expected.forEach((value, row) => {
      most = Math.max(most, Math.abs(found[row] - value) / scale);
    });
  }
  return most;
}
