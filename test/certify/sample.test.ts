// The sample of points that a certificate is measured at.
import { expect, test } from "vitest";
import { samplePoints } from "../../src/certify/rerun.ts";
import { materialize, uniformNoise } from "../../src/index.ts";

/** The sample as a shuffle of the list of all points makes it. */
function byShuffling(points: number, count: number, seed: number): number[] {
  const all = Array.from({ length: points }, (_, point) => point);
  const random = materialize(uniformNoise({ low: 0, high: 1, seed }), 1, count);
  const values = random instanceof Float64Array ? random : random.data;
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(values[i] * (points - i));
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}

test.each([
  [17, 16],
  [20, 19],
  [400, 16],
  [10_000, 16],
  [50, 1],
])("sample: of %i points, %i are those of a shuffle of all", (points, count) => {
  for (let seed = 0; seed < 20; seed++) expect(samplePoints(points, count, seed)).toEqual(byShuffling(points, count, seed));
});

test("sample: all points are taken where there are no more, and no list of all is made where there are", () => {
  expect(samplePoints(3, 16, 0)).toEqual([0, 1, 2]);
  const few = samplePoints(2 ** 40, 16, 7);
  expect(new Set(few).size).toBe(16);
  expect(few.every((point, i) => Number.isInteger(point) && point < 2 ** 40 && (i === 0 || point > few[i - 1]))).toBe(true);
});
