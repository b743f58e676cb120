import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sections } from "../../scripts/core.mjs";
import { exact } from "../support/high-precision.ts";
import { run } from "../support/math-rows.ts";

const [inf, nan, least, most] = [Infinity, NaN, Number.MIN_VALUE, Number.MAX_VALUE];

/** Arguments and the values that they must have to the bit. */
const special: [string, number[], number[]][] = [
  ["exp", [0, -0, inf, -inf, nan, 710, -746, least], [1, 1, inf, 0, nan, inf, 0, 1]],
  ["log", [1, 0, -0, inf, -inf, nan, -1], [0, -inf, -inf, inf, nan, nan, nan]],
  ["log10", [1, 10, 1e22, 1e-5, 0, -0, inf, -inf, nan, -1], [0, 1, 22, -5, -inf, -inf, inf, nan, nan, nan]],
  ["log1p", [0, -0, inf, -inf, nan, -1, -2, least, -least, most], [0, -0, inf, nan, nan, -inf, nan, least, -least, Math.log(most)]],
  ["expm1", [0, -0, inf, -inf, nan, 710, -746, least, -least], [0, -0, inf, -1, nan, inf, -1, least, -least]],
  ["exprel", [0, -0, inf, -inf, nan, 710, least, -least, 2 ** -60], [1, 1, inf, 0, nan, inf, 1, 1, 1]],
  ["erf", [0, -0, inf, -inf, nan, 7, -most], [0, -0, 1, -1, nan, 1, -1]],
  ["sigmoid", [0, -0, inf, -inf, nan, 40, -746], [0.5, 0.5, 1, 0, nan, 1, 0]],
  ["sin", [0, -0, inf, -inf, nan, least, -least], [0, -0, nan, nan, nan, least, -least]],
  ["cos", [0, -0, inf, -inf, nan, least, 1e-9], [1, 1, nan, nan, nan, 1, 1]],
  ["tan", [0, -0, inf, -inf, nan, least, -least], [0, -0, nan, nan, nan, least, -least]],
  ["sinh", [0, -0, inf, -inf, nan, least, 711, -most], [0, -0, inf, -inf, nan, least, inf, -inf]],
  ["cosh", [0, -0, inf, -inf, nan, least, 711, -most], [1, 1, inf, inf, nan, 1, inf, inf]],
  ["tanh", [0, -0, inf, -inf, nan, least, 20, -most], [0, -0, 1, -1, nan, least, 1, -1]],
  ["asin", [0, -0, 1, -1, 2, -inf, nan, -least, 1 + 2 ** -52], [0, -0, Math.PI / 2, -Math.PI / 2, nan, nan, nan, -least, nan]],
  ["acos", [1, -1, 0, -0, 2, -inf, nan, 1 + 2 ** -52], [0, Math.PI, Math.PI / 2, Math.PI / 2, nan, nan, nan, nan]],
  ["atan", [0, -0, inf, -inf, nan, -least, 1], [0, -0, Math.PI / 2, -Math.PI / 2, nan, -least, Math.PI / 4]],
  ["cbrt", [0, -0, inf, -inf, nan, -27, 1e-300, 2 ** -1074], [0, -0, inf, -inf, nan, -3, 1e-100, 2 ** -358]],
];

/** x, y and x^y as in C99, annex F. */
const powers: [number, number, number][] = [
  ...[nan, 0, -0, inf, -inf, 1, -7].flatMap((x): [number, number, number][] => [
    [x, 0, 1],
    [x, -0, 1],
  ]),
  ...[nan, inf, -inf, 3, most, -0.5].map((y): [number, number, number] => [1, y, 1]),
  ...[inf, -inf].map((y): [number, number, number] => [-1, y, 1]),
  [nan, 1, nan],
  [2, nan, nan],
  [nan, inf, nan],
  [0, nan, nan],
  [-inf, nan, nan],
  [0, 3, 0],
  [-0, 3, -0],
  [-0, 2, 0],
  [-0, 0.5, 0],
  [0, 1e-300, 0],
  [0, inf, 0],
  [-0, inf, 0],
  [0, -3, inf],
  [-0, -3, -inf],
  [-0, -2, inf],
  [-0, -0.5, inf],
  [0, -inf, inf],
  [-0, -inf, inf],
  [inf, 2, inf],
  [inf, -2, 0],
  [inf, least, inf],
  [inf, inf, inf],
  [inf, -inf, 0],
  [-inf, 3, -inf],
  [-inf, 2, inf],
  [-inf, 0.5, inf],
  [-inf, -3, -0],
  [-inf, -2, 0],
  [-inf, -0.5, 0],
  [-inf, inf, inf],
  [2, inf, inf],
  [2, -inf, 0],
  [0.5, inf, 0],
  [0.5, -inf, inf],
  [-2, inf, inf],
  [-0.5, inf, 0],
  [1 + 2 ** -52, most, inf],
  [1 - 2 ** -53, most, 0],
  [most, most, inf],
  [-most, 3, -inf],
  [least, 2, 0],
  [-least, 3, -0],
  [-8, 1 / 3, nan],
  [-0.5, -1.5, nan],
  [-2, 2 ** 53 + 2, inf],
  [-1, 2 ** 53 - 1, -1],
  [-1, 2 ** 53, 1],
  [-1, 1e300, 1],
  [most, 1, most],
  [least, 1, least],
  [-least, 1, -least],
  [least, -1, inf],
  [2, -1074, least],
  [2, 1023, 2 ** 1023],
];

describe("special values", () => {
  test.each(special)("%s", (name, x, values) => {
    expect(run(name, x)).toEqual(values);
  });

  test("pow", () => {
    const values = run(
      "pow",
      powers.map(([x]) => x),
      powers.map(([, y]) => y),
    );
    expect(values.map((value, i) => [powers[i][0], powers[i][1], value])).toEqual(powers);
  });
});

describe("math special: lanes", () => {
  const x = [0.3, -1.7, 0.9, -0, 1e300, inf, nan, 5e5, -3e7, least, 0.5, 700, -745, 2.5, 1];
  const pairs = x.flatMap((a) => x.map((b) => [a, b]));

  test.each(special.map(([name]) => name))("%s of a lane does not depend on its neighbour", (name) => {
    const alone = new Map(x.map((each) => [each, run(name, [each, each])[0]]));
    expect(run(name, pairs.flat())).toEqual(pairs.flat().map((each) => alone.get(each)));
  });

  test("pow of a lane does not depend on its neighbour", () => {
    const alone = pairs.map(([a, b]) => run("pow", [a, a], [b, b])[0]);
    const next = [...alone.slice(7), ...alone.slice(0, 7)];
    const moved = [...pairs.slice(7), ...pairs.slice(0, 7)];
    const both = pairs.flatMap((_, i) => [pairs[i], moved[i]]);
    expect(
      run(
        "pow",
        both.map(([a]) => a),
        both.map(([, b]) => b),
      ),
    ).toEqual(alone.flatMap((each, i) => [each, next[i]]));
  });
});

test("math special: functions.wasm has nothing but functions, so that their bodies can be copied", () => {
  const [types, imports, functions, doors, code] = [1, 2, 3, 7, 10];
  const bytes = readFileSync("build/functions.wasm");
  expect(sections(bytes).filter((id) => id !== 0)).toEqual([types, imports, functions, doors, code]);
  expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes))).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
  expect(names.sort()).toEqual([...Object.keys(exact), "chain", "couple"].map((name) => `${name}s`).sort());
  expect(bytes.length).toBeLessThan(23_552);
});
