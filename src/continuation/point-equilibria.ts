import { valueAt } from "../kernel/key-values.ts";
import { type EquilibriumType, NO_EQUILIBRIUM } from "../sweep/equilibrium-types.ts";
import type { PointField } from "../sweep/job.ts";
import type { KeyValues } from "../sweep/key-values.ts";
import { unitsOf } from "./equilibria.ts";
import { EquilibriumFinder } from "./find-equilibria.ts";
import { type Stability, stabilityAt } from "./stability.ts";
import { CompiledField } from "./vector-field.ts";

/** What features tell of one point. */
export interface PointFacts {
  /** How many equilibria there are; NaN where that is not asked for. */
  equilibria: number;
  /** The kind of the one that the point's trajectory leads to. */
  stability: EquilibriumType | typeof NO_EQUILIBRIUM;
  /** The largest real part of its eigenvalues, per unit of time; NaN where there is none. */
  leadingEigenvalue: number;
}

/** Points of the box from which equilibria are looked for, and so many where their indices say that one is missing. */
const STARTS = 16;
const MORE_STARTS = 256;

/** Tells the equilibria of points, each by itself: results are identical whatever other points there are. In double precision. */
export class PointEquilibria {
  readonly #use: PointField;
  readonly #field: CompiledField;
  readonly #columns: readonly KeyValues[];
  readonly #counts: boolean;
  readonly #values: Float64Array;
  readonly #units: Float64Array[];
  /** Made where they are first needed. */
  #moreUnits: Float64Array[] | undefined;

  /** `counts` tells that all equilibria are asked for, and not only the one that the trajectory leads to. */
  constructor(use: PointField, { columns, counts }: { columns: readonly KeyValues[]; counts: boolean }) {
    this.#use = use;
    this.#field = new CompiledField(use.field, { parameters: [], outputs: [], free: [] });
    this.#columns = columns;
    this.#counts = counts;
    this.#values = use.values.slice();
    this.#units = unitsOf(use.states.length, STARTS);
  }

  /** What holds at a point whose trajectory has ended in the states `end`. */
  at(point: number, end: Float64Array): PointFacts {
    for (const { row, key } of this.#use.keys) this.#values[row] = valueAt(this.#columns[key], point);
    this.#field.load(this.#values);
    const finder = new EquilibriumFinder(this.#field, end, this.#units);
    const reached = finder.reached();
    const all = reached && !this.#counts ? [reached] : this.#all(finder, end, reached);
    const reported = reached ?? nearestTo(end, all);
    const equilibria = this.#counts ? all.length : Number.NaN;
    if (!reported) return { equilibria, stability: NO_EQUILIBRIUM, leadingEigenvalue: Number.NaN };
    const { type, eigenvalues } = this.#stabilityAt(reported);
    return { equilibria, stability: type, leadingEigenvalue: eigenvalues.re[0] };
  }

  #all(finder: EquilibriumFinder, end: Float64Array, reached: Float64Array | undefined): Float64Array[] {
    let all = finder.search(reached ? [reached] : []);
    for (const z of [...all]) finder.beside(z, all);
    for (const z of all.slice(0, 1)) finder.along(z, all);
    // Where states stay bounded, nodes, foci and saddles have indices that add up to 1: elsewhere one is missing, or no bound is there.
    if (this.#degreeOf(all) !== 1) {
      this.#moreUnits ??= unitsOf(end.length, MORE_STARTS);
      all = new EquilibriumFinder(this.#field, end, this.#moreUnits).search(all);
    }
    return all;
  }

  #degreeOf(all: readonly Float64Array[]): number {
    return all.reduce((sum, z) => sum + (this.#stabilityAt(z).unstable % 2 === 0 ? 1 : -1), 0);
  }

  #stabilityAt(z: Float64Array): Stability {
    return stabilityAt(this.#field, z);
  }
}

/** The nearest of several states, each component measured by the largest that it has. */
function nearestTo(end: Float64Array, all: readonly Float64Array[]): Float64Array | undefined {
  const scales = end.map((each, i) => all.reduce((most, z) => Math.max(most, Math.abs(z[i])), Math.abs(each)) || 1);
  const distance = (z: Float64Array) => z.reduce((most, each, i) => Math.max(most, Math.abs(each - end[i]) / scales[i]), 0);
  return all.reduce<Float64Array | undefined>((best, z) => (best === undefined || distance(z) < distance(best) ? z : best), undefined);
}
