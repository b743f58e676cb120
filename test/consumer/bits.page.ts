// In a page alone: that it runs what was built, and finds Node's bits.
import { expect, inject, test } from "vitest";
import { gridSearch } from "../../src/index.ts";
import { fusedSweep, sweeps } from "./sweeps.mjs";

test.each([0, 2])("every sweep has Node's bits, with %i workers", async (workers) => {
  expect(Object.keys(inject("inNode")).length).toBeGreaterThan(5);
  expect(await sweeps(workers)).toEqual(inject("inNode"));
});

test.each([0, 2])("a sweep in fast math has Node's bits, with %i workers", async (workers) => {
  expect(await fusedSweep(workers)).toBe(inject("fusedInNode"));
});

test("nothing was loaded from the sources", () => {
  expect(gridSearch).toBeTypeOf("function");
  const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  expect(files.filter((file) => /\/dist\/index\.js$/.test(file))).not.toEqual([]);
  expect(files.filter((file) => /\/src\/.*\.ts$/.test(file))).toEqual([]);
});
