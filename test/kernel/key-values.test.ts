// Values of a grid's keys that are kept as axes are those of the points one by one, in NumPy's order, replicates side by side.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Problems } from "../../src/check.ts";
import { valueAt, valuesIn } from "../../src/kernel/key-values.ts";
import { type BlockRun, blocksOf, firstBlock, lastBlock } from "../../src/sweep/blocks.ts";
import type { Block } from "../../src/sweep/job.ts";
import { lastUpTo, numberAt, type PointNumbers } from "../../src/sweep/point-numbers.ts";
import { expand, nameOf, readGrid } from "../../src/sweep/points.ts";

/** Points one by one: loops over keys 2, 1, 3, 4, ..., the last the fastest, then over the replicates. */
function oneByOne(axes: readonly number[][], replicates: number): number[][] {
  const order = axes.map((_, key) => key);
  if (order.length > 1) [order[0], order[1]] = [1, 0];
  let points: number[][] = [[]];
  for (const key of order) {
    points = points.flatMap((point) =>
      axes[key].map((value) => {
        const next = [...point];
        next[key] = value;
        return next;
      }),
    );
  }
  return points.flatMap((point) => Array.from({ length: replicates }, (_, i) => (replicates > 1 ? [...point, i] : point)));
}

const axis = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 });
const grids = fc.record({ axes: fc.array(axis, { minLength: 1, maxLength: 5 }), replicates: fc.integer({ min: 1, max: 4 }) });

test("kernel key-values: a product of axes, and its replicates, have at each point what loops would give", () => {
  fc.assert(
    fc.property(grids, fc.nat(), fc.nat(), ({ axes, replicates }, a, b) => {
      const paramGrid = Object.fromEntries(axes.map((values, i) => [`k${i}`, values]));
      const grid = readGrid(new Problems(), paramGrid, true);
      if (!grid) throw new Error("the grid was refused");
      const points = expand(grid, "net", replicates);
      const expected = oneByOne(axes, replicates);
      expect(points.names.length).toBe(expected.length);
      const [first, end] = [a % expected.length, b % (expected.length + 1)].sort((x, y) => x - y);
      points.columns.forEach((column, key) => {
        const values = expected.map((point) => point[key]);
        expect(column.length).toBe(values.length);
        expect(values.map((_, point) => valueAt(column, point))).toStrictEqual(values);
        expect([...valuesIn(column)]).toStrictEqual(values);
        expect([...valuesIn(column, first, end)]).toStrictEqual(values.slice(first, end));
      });
    }),
  );
});

test("kernel key-values: a list and its replicates have their values in their order", () => {
  const grid = readGrid(new Problems(), { a: [3, 1, 2], b: [-0, 5, 6] }, false);
  if (!grid) throw new Error("the grid was refused");
  const { columns, names } = expand(grid, "net", 2);
  expect(columns.map((column) => [...valuesIn(column)])).toStrictEqual([
    [3, 3, 1, 1, 2, 2],
    [-0, -0, 5, 5, 6, 6],
    [0, 1, 0, 1, 0, 1],
  ]);
  expect(nameOf(names, 3)).toBe("net_1_r1");
});

test("kernel key-values: a grid of a thousand million points has its last point at once", () => {
  const axes = Array.from({ length: 9 }, (_, key) => Float64Array.from({ length: 10 }, (_, i) => 10 * key + i));
  const grid = readGrid(new Problems(), Object.fromEntries(axes.map((values, i) => [`k${i}`, values])), true);
  if (!grid) throw new Error("the grid was refused");
  const { columns, names } = expand(grid, "net", 3);
  expect(names.length).toBe(3e9);
  // Point 123456789 of the grid: digits by the order of keys 2, 1, 3, ..., 9.
  const point = 3 * 123_456_789 + 2;
  expect(columns.map((column) => valueAt(column, point))).toEqual([2, 11, 23, 34, 45, 56, 67, 78, 89, 2]);
  expect([...valuesIn(columns[8], point - 2, point + 4)]).toEqual([89, 89, 89, 80, 80, 80]);
  expect(nameOf(names, point)).toBe("net_123456789_r2");
});

test("sweep point-numbers: points on some values of an axis, and runs of positions, are those of their lists", () => {
  const shape = fc.record({
    each: fc.integer({ min: 1, max: 4 }),
    values: fc.integer({ min: 1, max: 6 }),
    outer: fc.integer({ min: 1, max: 4 }),
    picks: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    cuts: fc.array(fc.nat(), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(shape, ({ each, values, outer, picks, cuts }) => {
      const chosen = Uint32Array.from([...Array(values).keys()].filter((i) => picks[i] || i === 0));
      const all = [...Array(each * values * outer).keys()].filter((point) => chosen.includes(Math.floor(point / each) % values));
      const axis: PointNumbers = { kind: "axis", chosen, values, each, length: all.length };
      expect(all.map((_, position) => numberAt(axis, position))).toEqual(all);
      const ends = [0, ...cuts.map((cut) => cut % all.length), all.length].sort((a, b) => a - b);
      // Every other run of positions.
      const runs = ends.slice(1).flatMap((end, i) => (i % 2 === 0 && end > ends[i] ? [[ends[i], end]] : []));
      const expected = runs.flatMap(([first, end]) => all.slice(first, end));
      const starts = Float64Array.from(runs, (_, i) => runs.slice(0, i).reduce((sum, [first, end]) => sum + end - first, 0));
      const some: PointNumbers = {
        kind: "runs",
        starts,
        firsts: Float64Array.from(runs, ([first]) => first),
        of: axis,
        length: expected.length,
      };
      expect(expected.map((_, position) => numberAt(some, position))).toEqual(expected);
    }),
  );
  expect([0, 4, 5, 9, 10].map((value) => lastUpTo([0, 5, 10], value))).toEqual([0, 0, 1, 1, 2]);
});

test("kernel key-values: blocks that are made when they are read are those of a list, from any of them on", () => {
  const run = fc.record({ first: fc.nat(9), points: fc.integer({ min: 1, max: 20 }), most: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), fc.nat(30), (found, from) => {
      const runs: BlockRun[] = found.map((each, job) => ({ job, ...each }));
      const all: Block[] = runs.flatMap(({ job, first, points, most }) => {
        const blocks: Block[] = [];
        for (let at = 0; at < points; at += most) blocks.push({ job, first: first + at, lanes: Math.min(most, points - at) });
        return blocks;
      });
      expect([...blocksOf(runs)]).toEqual(all);
      expect([...blocksOf(runs, from)]).toEqual(all.slice(from));
      expect(blocksOf(runs, from).length).toBe(all.slice(from).length);
      expect(firstBlock(runs)).toEqual(all[0]);
      expect(lastBlock(runs[runs.length - 1])).toEqual(all.at(-1));
    }),
  );
});
