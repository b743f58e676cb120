import type { FixedJob, Job, RecordedVariable, WienerTerm } from "../sweep/job.ts";
import { SOURCE_BYTES } from "./layout-source.ts";
import { type Place, placeTree, type TreeLayout } from "./layout-tree.ts";

// Memory of a job's noise, the structs of assembly/wiener.ts field by field:
//
//   Wiener | Terms | a tree, a Source and streams for each term | rows: computed intensities, at a stage too; for each term,
//   its intensity if it is a number, and its input without noise | increments of each term for one chunk

const WIENER_BYTES = 20;
const TERM_BYTES = 24;
const LANE_BYTES = 8;

export interface WienerLayout {
  header: number;
  terms: number;
  trees: TreeLayout[];
  sources: number[];
  streams: number[];
  /** Rows that the model computes: at the beginning of a step, and at a stage. */
  now: number;
  later: number;
  numbers: number[];
  bases: number[];
  increments: number[];
}

/** Whether each lane has a path of its own. */
export function hasPaths({ replicates }: Pick<Job, "replicates">, { shared }: WienerTerm): boolean {
  return !shared || replicates.each > 1;
}

function computedRows(wiener: readonly WienerTerm[]): number {
  return wiener.filter(({ sd }) => sd.kind === "computed").length;
}

/** Places the noise of a block of n lanes. */
export function placeWiener(place: Place, job: FixedJob, { n, chunkSteps }: { n: number; chunkSteps: number }): WienerLayout {
  const { wiener, clock } = job;
  const rows = (count: number) => place(count * n * LANE_BYTES);
  const lanesOf = (term: WienerTerm) => (hasPaths(job, term) ? n : 0);
  const computed = computedRows(wiener);
  return {
    header: place(WIENER_BYTES),
    terms: place(wiener.length * TERM_BYTES),
    trees: wiener.map((term) => placeTree(place, clock.stepSize, lanesOf(term))),
    sources: wiener.map(() => place(SOURCE_BYTES)),
    streams: wiener.map((term) => place((lanesOf(term) + 2) * 4)),
    now: rows(computed),
    later: rows(computed),
    numbers: wiener.map(({ sd }) => rows(sd.kind === "number" || sd.kind === "key" ? 1 : 0)),
    bases: wiener.map(({ kind }) => rows(kind === "input" ? 1 : 0)),
    increments: wiener.map((term) => place(chunkSteps * Math.max(1, lanesOf(term)) * LANE_BYTES)),
  };
}

/** Writes the terms for a chunk: its first step's increments come next. `rowOf` finds the address of a variable's row. */
export function writeWiener(
  job: Job,
  at: WienerLayout,
  memory: WebAssembly.Memory,
  n: number,
  rowOf: (take: RecordedVariable) => number,
): void {
  const { wiener } = job;
  const words = new Int32Array(memory.buffer);
  const rowBytes = n * LANE_BYTES;
  words.set([wiener.length, at.terms, computedRows(wiener) > 0 ? 1 : 0, at.now, at.later], at.header / 4);
  wiener.forEach((term, i) => {
    const { kind, row, sd } = term;
    const [now, later] =
      sd.kind === "computed"
        ? [at.now + sd.row * rowBytes, at.later + sd.row * rowBytes]
        : Array.from({ length: 2 }, () => (sd.kind === "param" ? rowOf({ kind: "param", row: sd.row }) : at.numbers[i]));
    const target = kind === "input" ? [rowOf({ kind, row }), at.bases[i]] : [row * rowBytes, 0];
    const stride = hasPaths(job, term) ? rowBytes : LANE_BYTES;
    words.set([...target, now, later, at.increments[i], stride], (at.terms + i * TERM_BYTES) / 4);
  });
}
