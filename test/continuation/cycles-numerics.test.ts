import { describe, expect, test } from "vitest";
import { basisOf, lagrange } from "../../src/continuation/cycles/basis.ts";
import { CondensedSystem } from "../../src/continuation/cycles/condensation.ts";
import { eliminate, eliminateIn, substituteBack } from "../../src/continuation/cycles/elimination.ts";
import {
  circle,
  exponentOf,
  lengthOf,
  logarithm,
  rootOf,
  scatteredNumbers,
  timesPowerOfTwo,
} from "../../src/continuation/cycles/exact-functions.ts";
import { adaptedMesh } from "../../src/continuation/cycles/mesh.ts";
import { multipliersOf } from "../../src/continuation/cycles/multipliers.ts";
import { orbitOf, uniformMesh } from "../../src/continuation/cycles/orbit.ts";
import { eigenvalueList } from "../../src/continuation/eigenvalues.ts";

/** Numbers in (-1, 1) that look random and are always the same. */
function numbers(count: number, seed = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const x = Math.sin(seed * 12.9898 + i * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
}

describe("cycles-numerics: collocation", () => {
  test.each([2, 3, 4, 5, 7])("Gauss points of degree %i integrate polynomials of twice the degree less one", (degree) => {
    const { points, weights } = basisOf(degree);
    for (let power = 0; power < 2 * degree; power++) {
      const sum = points.reduce((total, x, i) => total + weights[i] * x ** power, 0);
      expect(sum).toBeCloseTo(1 / (power + 1), 13);
    }
  });

  test("values and slopes of the basis are those of polynomials of its degree", () => {
    const { degree, points, values, slopes } = basisOf(4);
    for (let i = 0; i < degree; i++) {
      let [value, slope] = [0, 0];
      for (let k = 0; k <= degree; k++) {
        value += values[i * 5 + k] * (k / degree) ** 4;
        slope += slopes[i * 5 + k] * (k / degree) ** 4;
      }
      expect(value).toBeCloseTo(points[i] ** 4, 13);
      expect(slope).toBeCloseTo(4 * points[i] ** 3, 12);
    }
    const out = new Float64Array(5);
    lagrange(4, 0.37, out);
    expect(out.reduce((sum, x) => sum + x)).toBeCloseTo(1, 14);
  });

  test("a mesh is finer where a function changes faster, and keeps its order and its ends", () => {
    const at = (time: number, out: Float64Array) => {
      out[0] = Math.tanh(200 * (time - 0.3)) - Math.tanh(200 * (time - 0.7));
    };
    let { mesh, nodes } = orbitOf(uniformMesh(60), { degree: 4, size: 1 }, at, new Float64Array(0));
    for (let round = 0; round < 6; round++) {
      mesh = adaptedMesh(mesh, nodes, Float64Array.of(2));
      nodes = orbitOf(mesh, { degree: 4, size: 1 }, at, new Float64Array(0)).nodes;
    }
    expect(mesh[0]).toBe(0);
    expect(mesh[60]).toBe(1);
    const widths = [...mesh.subarray(1)].map((end, j) => end - mesh[j]);
    expect(Math.min(...widths)).toBeGreaterThan(0);
    const near = [...mesh].filter((time) => Math.abs(time - 0.3) < 0.02 || Math.abs(time - 0.7) < 0.02).length;
    expect(near).toBeGreaterThan(40);
  });
});

/** The matrix that a condensed system stands for, dense, with u(0) = signs · u(1) put in; and right-hand sides. */
function denseOf(system: CondensedSystem, signs: Float64Array): { matrix: Float64Array; order: number } {
  const { size, degree, intervals, extra } = system.shape;
  const order = intervals * degree * size + extra;
  const matrix = new Float64Array(order * order);
  const own = size * degree;
  const inner = size * (degree - 1);
  const nodeColumn = (node: number, c: number) => (node === intervals * degree ? c : node * size + c);
  const sign = (node: number, c: number) => (node === intervals * degree ? signs[c] : 1);
  const add = (row: number, node: number, c: number, value: number) => {
    matrix[row * order + nodeColumn(node, c)] += sign(node, c) * value;
  };
  for (let j = 0; j < intervals; j++) {
    for (let r = 0; r < own + extra; r++) {
      const row = r < own ? j * own + r : intervals * own + r - own;
      for (let k = 0; k <= degree; k++) {
        const column = k === 0 ? inner : k === degree ? inner + size : (k - 1) * size;
        for (let c = 0; c < size; c++) add(row, j * degree + k, c, system.blocks[j][r * system.columns + column + c]);
      }
      for (let c = 0; c < extra; c++) {
        matrix[row * order + order - extra + c] += system.blocks[j][r * system.columns + inner + 2 * size + c];
      }
    }
  }
  for (let r = 0; r < extra; r++) {
    const row = intervals * own + r;
    for (let c = 0; c < size; c++) add(row, intervals * degree, c, system.lastNode[r * size + c]);
    for (let c = 0; c < extra; c++) matrix[row * order + order - extra + c] += system.corner[r * extra + c];
  }
  return { matrix, order };
}

describe("cycles-numerics: condensation", () => {
  test.each([
    [3, 4, 5, 2, 1],
    [2, 3, 7, 3, -1],
    [1, 2, 4, 1, 1],
    [4, 4, 2, 0, -1],
  ])(
    "of %i states, degree %i, %i intervals, %i free numbers and sign %i solves what the dense system does",
    (size, degree, intervals, extra, sign) => {
      const system = new CondensedSystem({ size, degree, intervals, extra });
      const signs = new Float64Array(size).fill(sign);
      const used = size * degree * system.columns;
      for (const [j, block] of system.blocks.entries()) {
        block.set(numbers(block.length, j + 2));
        // conditions take their share of the last node from `lastNode` alone
        for (let r = 0; r < extra; r++) block.fill(0, used + r * system.columns + size * degree, used + (r + 1) * system.columns);
      }
      system.corner.set(numbers(system.corner.length, 31));
      system.lastNode.set(numbers(system.lastNode.length, 37));
      const { matrix, order } = denseOf(system, signs);
      const right = numbers(order, 41);
      const pivots = new Uint32Array(order);
      const wanted = right.slice();
      eliminate(matrix, { rows: order, columns: order, pivotRows: order, count: order }, pivots);
      eliminateIn(matrix, order, wanted, pivots);
      substituteBack(matrix, order, wanted, new Float64Array(0));
      system.factor(signs);
      const { nodes, scalars } = system.solve(right.slice(0, order - extra), right.slice(order - extra));
      for (let i = 0; i < order - extra; i++) expect(nodes[i]).toBeCloseTo(wanted[i], 9);
      for (let c = 0; c < size; c++) expect(nodes[nodes.length - size + c]).toBeCloseTo(sign * nodes[c], 12);
      for (let c = 0; c < extra; c++) expect(scalars[c]).toBeCloseTo(wanted[order - extra + c], 9);
      expect(Math.abs(system.determinantSign)).toBe(1);
    },
  );
});

describe("cycles-numerics: eigenvalues", () => {
  test("of a companion matrix are the roots of its polynomial", () => {
    // (x - 1)(x - 2)(x + 3)(x² + 4)
    const polynomial = [
      [-1, 1],
      [-2, 1],
      [3, 1],
      [4, 0, 1],
    ].reduce(times, [1]);
    const size = polynomial.length - 1;
    const matrix = new Float64Array(size * size);
    for (let i = 1; i < size; i++) matrix[i * size + i - 1] = 1;
    for (let i = 0; i < size; i++) matrix[i * size + size - 1] = -polynomial[i];
    const found = eigenvalueList(matrix, size).sort((a, b) => a.re - b.re || a.im - b.im);
    const wanted = [
      [-3, 0],
      [0, -2],
      [0, 2],
      [1, 0],
      [2, 0],
    ];
    for (const [i, [re, im]] of wanted.entries()) {
      expect(found[i].re).toBeCloseTo(re, 12);
      expect(found[i].im).toBeCloseTo(im, 12);
    }
  });

  test("of a random matrix of 20 have its trace as their sum", () => {
    const matrix = numbers(400, 7);
    const values = eigenvalueList(matrix, 20);
    const trace = Array.from({ length: 20 }, (_, i) => matrix[i * 21]).reduce((sum, x) => sum + x);
    expect(values.reduce((sum, { re }) => sum + re, 0)).toBeCloseTo(trace, 11);
    expect(values.reduce((sum, { im }) => sum + im, 0)).toBeCloseTo(0, 11);
  });
});

function times(a: number[], b: number[]): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      out[i + j] += x * y;
    });
  });
  return out;
}

/** A system whose interval j takes deviations to T(j + 1) D T(j)⁻¹, so that its monodromy matrix is similar to D to the power of the intervals. */
function transferring(size: number, intervals: number, middle: Float64Array): CondensedSystem {
  const system = new CondensedSystem({ size, degree: 1, intervals, extra: 0 });
  const frame = (j: number) => numbers(size * size, 50 + (j % intervals)).map((value, i) => value + (i % (size + 1) === 0 ? 2 : 0));
  for (let j = 0; j < intervals; j++) {
    // T(j + 1)⁻¹ u(j + 1) = D T(j)⁻¹ u(j), by D frame: the frames stand for the inverses
    const [from, to] = [frame(j), frame(j + 1)];
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += middle[r * size + k] * from[k * size + c];
        system.blocks[j][r * 2 * size + c] = -sum;
        system.blocks[j][r * 2 * size + size + c] = to[r * size + c];
      }
    }
  }
  return system;
}

describe("cycles-numerics: multipliers", () => {
  test("from 1e30 to 1e-40 come with digits, each, and the trivial one first", () => {
    const intervals = 50;
    const wanted = [1e30, -1e5, 1, 1e-12, -1e-40];
    // signs from one turn, sizes from all
    const rates = wanted.map((value) => Math.abs(value) ** (1 / intervals));
    const diagonal = new Float64Array(25);
    rates.forEach((rate, i) => {
      diagonal[i * 6] = rate;
    });
    const system = transferring(5, intervals, diagonal);
    for (const i of [1, 4]) {
      // the last interval turns these directions over
      for (let c = 0; c < 5; c++) system.blocks[intervals - 1][i * 10 + c] *= -1;
    }
    const { values, trivialError, unstable } = multipliersOf(system);
    expect(trivialError).toBeLessThan(1e-11);
    expect(unstable).toBe(2);
    const expected = [1, 1e30, -1e5, 1e-12, -1e-40];
    values.forEach(({ re, im }, i) => {
      expect(im).toBe(0);
      expect(re / expected[i]).toBeCloseTo(1, 9);
    });
  });

  test("of complex pairs are found beside one of any size", () => {
    const [intervals, angle, rate] = [40, 0.03, 0.99];
    const middle = new Float64Array(16);
    middle.set([
      1,
      0,
      0,
      0,
      0,
      rate * Math.cos(angle),
      -rate * Math.sin(angle),
      0,
      0,
      rate * Math.sin(angle),
      rate * Math.cos(angle),
      0,
      0,
      0,
      0,
      0.2,
    ]);
    const { values } = multipliersOf(transferring(4, intervals, middle));
    const pair = values[1];
    expect(Math.hypot(pair.re, pair.im)).toBeCloseTo(rate ** intervals, 12);
    expect(Math.abs(Math.atan2(pair.im, pair.re))).toBeCloseTo(angle * intervals, 10);
    expect(values[3].re / 0.2 ** intervals).toBeCloseTo(1, 9);
  });
});

describe("cycles-numerics: functions by sums, products and roots", () => {
  const sizes = [5e-324, 1e-310, 3.7e-100, 1e-9, 0.4, 1, 1.5, 2, 12345.678, 1e40, 1.7e308];

  test("are those of Math to a few units of the last place", () => {
    for (const x of sizes) {
      expect(exponentOf(x)).toBe(Math.floor(Math.log2(x)));
      expect(logarithm(x)).toBeCloseTo(Math.log(x), 11);
      for (const order of [2, 3, 5, 8]) expect(rootOf(x, order) / x ** (1 / order)).toBeCloseTo(1, 13);
    }
    for (let turn = 0; turn <= 1; turn += 1 / 64) {
      const [cos, sin] = circle(turn);
      expect(cos).toBeCloseTo(Math.cos(2 * Math.PI * turn), 14);
      expect(sin).toBeCloseTo(Math.sin(2 * Math.PI * turn), 14);
    }
    expect(lengthOf(3e200, 4e200) / 5e200).toBeCloseTo(1, 15);
    expect(lengthOf(0, 0)).toBe(0);
    expect(rootOf(0, 5)).toBe(0);
    expect(logarithm(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(logarithm(-1)).toBeNaN();
  });

  test("powers of two are exact, and numbers without a pattern are always the same", () => {
    expect(timesPowerOfTwo(3, 10)).toBe(3072);
    expect(timesPowerOfTwo(3, -1074)).toBe(3 * 5e-324);
    expect(timesPowerOfTwo(1, 2000)).toBe(Number.POSITIVE_INFINITY);
    expect(scatteredNumbers(4, 7)).toEqual(scatteredNumbers(4, 7));
    const many = scatteredNumbers(10_000, 7);
    expect(Math.abs(many.reduce((sum, x) => sum + x, 0)) / 10_000).toBeLessThan(0.03);
    expect(many.every((x) => Math.abs(x) < 1)).toBe(true);
  });
});
