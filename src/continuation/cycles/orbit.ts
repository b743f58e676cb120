import { type Basis, lagrange, lagrangeSlopes } from "./basis.ts";

/** A piecewise polynomial on [0, 1]: interval j has nodes j · degree … (j + 1) · degree, equidistant within it; and free numbers. */
export interface Orbit {
  /** Ends of the intervals: 0 … 1. */
  readonly mesh: Float64Array;
  /** Values at the nodes: node × size. */
  readonly nodes: Float64Array;
  /** What is unknown beside it: of a cycle the period, then the free parameters. */
  readonly scalars: Float64Array;
}

export function copyOrbit({ mesh, nodes, scalars }: Orbit): Orbit {
  return { mesh, nodes: nodes.slice(), scalars: scalars.slice() };
}

/** a + factor · b, on one mesh. */
export function moveOrbit(a: Orbit, b: Orbit, factor: number): Orbit {
  return {
    mesh: a.mesh,
    nodes: a.nodes.map((value, i) => value + factor * b.nodes[i]),
    scalars: a.scalars.map((value, i) => value + factor * b.scalars[i]),
  };
}

export function uniformMesh(intervals: number): Float64Array {
  return Float64Array.from({ length: intervals + 1 }, (_, j) => j / intervals);
}

/** An orbit made of a function of time. */
export function orbitOf(
  mesh: Float64Array,
  { degree, size }: { degree: number; size: number },
  at: (time: number, out: Float64Array) => void,
  scalars: Float64Array,
): Orbit {
  const intervals = mesh.length - 1;
  const nodes = new Float64Array((intervals * degree + 1) * size);
  for (let j = 0; j < intervals; j++) {
    for (let k = j === 0 ? 0 : 1; k <= degree; k++) {
      const node = j * degree + k;
      at(mesh[j] + ((mesh[j + 1] - mesh[j]) * k) / degree, nodes.subarray(node * size, (node + 1) * size));
    }
  }
  return { mesh, nodes, scalars };
}

/** The interval of a mesh that a time falls into. */
export function intervalOf(mesh: Float64Array, time: number): number {
  let [low, high] = [0, mesh.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (mesh[middle] <= time) low = middle;
    else high = middle;
  }
  return low;
}

/** Reads an orbit at any time. */
export class OrbitReader {
  readonly #orbit: Orbit;
  readonly #degree: number;
  readonly #size: number;
  readonly #row: Float64Array;

  constructor(orbit: Orbit, size: number) {
    this.#orbit = orbit;
    this.#size = size;
    this.#degree = (orbit.nodes.length / size - 1) / (orbit.mesh.length - 1);
    this.#row = new Float64Array(this.#degree + 1);
  }

  /** The state at a time of [0, 1]. */
  read(time: number, out: Float64Array): void {
    const interval = intervalOf(this.#orbit.mesh, time);
    const start = this.#orbit.mesh[interval];
    this.readWithin(interval, (time - start) / (this.#orbit.mesh[interval + 1] - start), out);
  }

  /** The state at a part of an interval. */
  readWithin(interval: number, part: number, out: Float64Array): void {
    lagrange(this.#degree, part, this.#row);
    this.#combine(interval, out, 1);
  }

  /** Its derivative with respect to scaled time there. */
  slopeWithin(interval: number, part: number, out: Float64Array): void {
    lagrangeSlopes(this.#degree, part, this.#row);
    this.#combine(interval, out, this.#orbit.mesh[interval + 1] - this.#orbit.mesh[interval]);
  }

  #combine(interval: number, out: Float64Array, width: number): void {
    const [size, degree, { nodes }] = [this.#size, this.#degree, this.#orbit];
    for (let c = 0; c < size; c++) {
      let sum = 0;
      for (let k = 0; k <= degree; k++) sum += this.#row[k] * nodes[(interval * degree + k) * size + c];
      out[c] = sum / width;
    }
  }
}

/** The orbit on another mesh. */
export function remeshed(orbit: Orbit, size: number, mesh: Float64Array, degree: number): Orbit {
  const reader = new OrbitReader(orbit, size);
  return orbitOf(mesh, { degree, size }, (time, out) => reader.read(time, out), orbit.scalars.slice());
}

/** Values, or derivatives in scaled time, of an orbit at all Gauss points: interval × point × size. */
export function atGaussPoints({ mesh, nodes }: Orbit, size: number, basis: Basis, kind: "values" | "slopes"): Float64Array {
  const { degree } = basis;
  const out = new Float64Array((mesh.length - 1) * degree * size);
  for (let j = 0; j < mesh.length - 1; j++) {
    const width = kind === "slopes" ? mesh[j + 1] - mesh[j] : 1;
    for (let i = 0; i < degree; i++) {
      const at = (j * degree + i) * size;
      for (let k = 0; k <= degree; k++) {
        const share = basis[kind][i * (degree + 1) + k] / width;
        for (let c = 0; c < size; c++) out[at + c] += share * nodes[(j * degree + k) * size + c];
      }
    }
  }
  return out;
}

/**
 * The gradient, by values at nodes, of the integral of Σ weights · u · v over [0, 1], with v given at the Gauss points:
 * row · nodes is that integral.
 */
export function integralRow(mesh: Float64Array, basis: Basis, v: Float64Array, weights: Float64Array): Float64Array {
  const [size, { degree }] = [weights.length, basis];
  const row = new Float64Array(((mesh.length - 1) * degree + 1) * size);
  for (let j = 0; j < mesh.length - 1; j++) {
    for (let i = 0; i < degree; i++) {
      const at = (j * degree + i) * size;
      for (let k = 0; k <= degree; k++) {
        const share = (mesh[j + 1] - mesh[j]) * basis.weights[i] * basis.values[i * (degree + 1) + k];
        for (let c = 0; c < size; c++) row[(j * degree + k) * size + c] += share * weights[c] * v[at + c];
      }
    }
  }
  return row;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
