import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Model } from "../../src/index.ts";
import { compiled } from "../support/bundled.ts";
import { evaluate } from "../support/evaluate.ts";

/** A vector of the reference: real, or complex. */
type Vector = number[] | { re: number[]; im: number[] };

interface Case {
  template: string;
  params: Record<string, number> | null;
  states: string[];
  points: { y: Vector; dy: Vector }[];
}

const { cases }: { cases: Record<string, Case> } = JSON.parse(readFileSync(new URL("../reference/rhs.json", import.meta.url), "utf8"));

/** Stages of delays are named after the buffer that PyRates reads them from. */
function ownName(name: string): string {
  return name.replace(/_d(\d+)_(\d+)_out\d+$/, "_d$1_$2");
}

/** For each of the reference's states, the rows of its real and its imaginary part. */
function rowsOf(model: Model, states: readonly string[]): [number, number][] {
  const rows = new Map(model.states.map(({ path }, row) => [path, row]));
  return states.map(ownName).map((name) => [rows.get(name) ?? rows.get(`${name}.re`) ?? -1, rows.get(`${name}.im`) ?? -1]);
}

function parts(vector: Vector): { re: number[]; im: number[] } {
  return Array.isArray(vector) ? { re: vector, im: vector.map(() => 0) } : vector;
}

describe("reference rhs: right-hand sides agree with PyRates to 1e-13", () => {
  test.each(Object.entries(cases))("%s", (_, { template, params, states, points }) => {
    const model = compiled(template);
    const rows = rowsOf(model, states);
    expect(new Set(rows.flat().filter((row) => row >= 0)).size).toBe(model.states.length);
    const vectors = points.map(({ y }) => {
      const vector = model.states.map(() => Number.NaN);
      const { re, im } = parts(y);
      rows.forEach(([real, imaginary], i) => {
        vector[real] = re[i];
        if (imaginary >= 0) vector[imaginary] = im[i];
      });
      return vector;
    });
    const { rhs } = evaluate(model, { states: vectors, params: points.map(() => params ?? {}) });
    points.forEach(({ dy }, point) => {
      const { re, im } = parts(dy);
      const scale = Math.max(...re.map(Math.abs), ...im.map(Math.abs));
      rows.forEach(([real, imaginary], i) => {
        expect(Math.abs(rhs[point][real] - re[i])).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(re[i]), 1e-2 * scale));
        if (imaginary >= 0)
          expect(Math.abs(rhs[point][imaginary] - im[i])).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(im[i]), 1e-2 * scale));
      });
    });
  });

  test("the first point of each case is the model's initial state", () => {
    for (const { template, states, points } of Object.values(cases)) {
      const model = compiled(template);
      const { re, im } = parts(points[0].y);
      rowsOf(model, states).forEach(([real, imaginary], i) => {
        expect(model.states[real].value).toBe(re[i]);
        if (imaginary >= 0) expect(model.states[imaginary].value).toBe(im[i]);
      });
    }
  });
});
