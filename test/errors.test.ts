// The form of errors: all at once, safe to print, plain data; suggestions; engines that cannot run.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gridSearch, MassgridError, materialize, normalNoise, solvers, trace, uniformNoise } from "../src/index.ts";
import { editDistance, nearest } from "../src/nearest.ts";
import { refusal, small } from "./support/sweep.ts";

// A hostile or mistyped call is what no type allows: options are built as plain records here.
type Loose = Record<string, unknown>;

function call(changes: Loose): Promise<unknown> {
  return Reflect.apply(gridSearch, undefined, [{ ...small(), ...changes }]);
}

async function problems(changes: Loose) {
  return (await refusal(() => call(changes))).problems;
}

const C = { vars: ["jrc_op/c"], nodes: ["jrc"] };
const u = "jrc/jrc_op/u";
const nan = Number.NaN;

test("errors: everything that is wrong is told at once", async () => {
  const found = await problems({
    stepsize: 1,
    solver: "eular",
    simulationTime: -1,
    paramGrid: { C: [1, nan], D: [2, 3] },
    paramMap: { C: { ...C, vars: ["jrc_op/cc"] }, D: { vars: ["jrc_op/r"], nodes: ["jrcc"] } },
    inputs: { "jrc/jrc_op/uu": 1 },
    outputs: { V: "jrc/jrc_op/W_e" },
  });
  expect(found.map((p) => p.code).sort()).toEqual(
    [
      "E_PARAM_NOT_FINITE",
      "E_TIME",
      "E_UNKNOWN_INPUT",
      "E_UNKNOWN_NODE",
      "E_UNKNOWN_OPTION",
      "E_UNKNOWN_OUTPUT",
      "E_UNKNOWN_SOLVER",
      "E_UNKNOWN_VARIABLE",
    ].sort(),
  );
});

test("errors: noise sources refuse their options in the same way", async () => {
  const make = (maker: typeof uniformNoise | typeof normalNoise, options: Loose) =>
    refusal(() => Reflect.apply(maker, undefined, [options]));
  expect((await make(uniformNoise, { low: 1 })).problems[0]).toMatchObject({ code: "E_MISSING_OPTION", path: ["uniformNoise", "high"] });
  expect((await make(uniformNoise, { low: 1, high: 2, sede: 3 })).message).toMatch(/did you mean seed\?/);
  expect((await make(uniformNoise, { low: 2, high: 1 })).code).toBe("E_RANGE");
  expect((await make(uniformNoise, { low: -1e308, high: 1e308 })).code).toBe("E_RANGE");
  expect((await make(normalNoise, { mean: 0, sd: -1 })).code).toBe("E_TYPE");
  expect((await make(normalNoise, { mean: 0, sd: 1, seed: 0.5 })).code).toBe("E_TYPE");
  expect((await make(normalNoise, { mean: 0, sd: 1, seed: 2 ** 53 })).code).toBe("E_TYPE");
  expect((await refusal(() => Reflect.apply(materialize, undefined, [{}, 1, 1]))).code).toBe("E_TYPE");
});

test("errors: trace names the nearest output and point", async () => {
  const { results, resultsMap } = await gridSearch(small());
  const long = await gridSearch(small({ layout: "long" }));
  for (const table of [results, long.results]) {
    expect((await refusal(() => trace(table, "JRC2_0", "V_pcee"))).message).toMatch(/E_UNKNOWN_OUTPUT.*did you mean V_pce\?/);
    expect((await refusal(() => trace(table, "JRC2_9", "V_pce"))).message).toMatch(/E_UNKNOWN_KEY.*did you mean JRC2_/);
  }
  expect((await refusal(() => trace(resultsMap, "JRC2_0", "V_pce"))).message).toMatch(/no result of gridSearch/);
});

test("errors: hostile names do what they should: nothing, in print that is safe", async () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "\u001b]0;x\u0007", "a".repeat(1e6), "\u0441"]) {
    const grid = Object.fromEntries([[name, [1]]]);
    const error = await refusal(() => call({ paramGrid: grid, paramMap: { C } }));
    expect(error.code).toBe("E_MAP_MISSING");
    const asVariable = await refusal(() => call({ paramMap: { C: { vars: [`jrc_op/${name}`], nodes: [name] } } }));
    for (const text of [error.explain(), asVariable.explain()]) {
      expect(text.length).toBeLessThan(2000);
      expect(text).not.toContain("\u001b");
    }
  }
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("errors: options may be frozen, and nothing of the caller's is changed", async () => {
  const options = small({ inputs: { [u]: Float64Array.from({ length: 50 }, (_, i) => i) }, permuteGrid: true });
  const before = structuredClone({ ...options });
  const freeze = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  };
  freeze(options);
  await gridSearch(options);
  await gridSearch(options);
  expect({ ...options }).toEqual(before);
});

test("an error survives JSON and structuredClone with its code and problems", async () => {
  const error = await refusal(() => call({ solver: "huen" }));
  expect(error).toBeInstanceOf(MassgridError);
  const copy = JSON.parse(JSON.stringify(structuredClone(error.toJSON())));
  expect(copy).toMatchObject({
    name: "MassgridError",
    code: "E_UNKNOWN_SOLVER",
    problems: [{ suggestion: "heun", known: Object.keys(solvers) }],
  });
});

test("errors: null stands for not given, as None does", async () => {
  await call({ samplingStepSize: null, cutoff: null, inputs: null, permuteGrid: null, solver: null, layout: null });
  expect((await problems({ stepSize: null })).map((p) => p.code)).toEqual(["E_MISSING_OPTION"]);
});

describe("errors: suggestions", () => {
  const known = [
    "h_e",
    "tau_e",
    "h_i",
    "tau_i",
    "m_max",
    "V_thr",
    "ei_ratio",
    "io_ratio",
    "m_in",
    "V_ein",
    "X_ein",
    "V_iin",
    "X_iin",
    "simulationTime",
    "samplingStepSize",
    "paramGrid",
    "permuteGrid",
  ];

  test("one-edit typos are put right in 85 % of the cases or more", () => {
    let right = 0;
    let all = 0;
    let state = 1;
    const random = (n: number) => {
      state = (state * 48271) % 2147483647;
      return state % n;
    };
    const letters = "abcdefghijklmnopqrstuvwxyz_";
    for (let i = 0; i < 2000; i++) {
      const name = known[random(known.length)];
      const at = random(name.length);
      const letter = letters[random(letters.length)];
      const typo = [
        name.slice(0, at) + name.slice(at + 1),
        name.slice(0, at) + letter + name.slice(at),
        name.slice(0, at) + letter + name.slice(at + 1),
        name.slice(0, at) +
          name
            .slice(at, at + 2)
            .split("")
            .reverse()
            .join("") +
          name.slice(at + 2),
      ][random(4)];
      if (known.includes(typo)) continue;
      all++;
      if (nearest(typo, known) === name) right++;
    }
    expect(all).toBeGreaterThan(1500);
    expect(right / all).toBeGreaterThanOrEqual(0.85);
  });

  test("random words get none, and a change of case is the cheapest edit", () => {
    const words = ["banana", "qqqqqq", "zebra12", "xyzzy", "wavelet", "1234567"];
    expect(words.map((word) => nearest(word, known))).toEqual(words.map(() => undefined));
    expect(nearest("v_THR", known)).toBe("V_thr");
    // Of a letter or two, another first letter is another name.
    const short = ["a", "B", "tau_e", "tau", "V_e", "x1"];
    expect(["b", "c", "t", "V", "x", "xx", "ta", "A"].map((name) => nearest(name, short))).toEqual([
      ...["B", undefined, "tau", "V_e", "x1", "x1", "tau", "a"],
    ]);
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("C", "c")).toBeCloseTo(0.3);
  });
});

describe("errors: engines that cannot run", () => {
  const package_ = new URL("../dist/index.js", import.meta.url).href;
  const program = `const m = await import(${JSON.stringify(package_)});
    const { gridSearch } = m;
    await gridSearch({ circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2", paramGrid: { C: [1] }, paramMap: {},
      simulationTime: 1, stepSize: 0.1, outputs: {} }).catch((error) => console.log(error.message.split("\\n")[0]));`;
  const noSimd = ["--no-enable-sse4-1", "--no-enable-sse4-2", "--no-enable-avx", "--no-enable-ssse3"];
  const run = (flags: string[]) => spawnSync(process.execPath, [...flags, "--input-type=module", "-e", program], { encoding: "utf8" });

  test("without WebAssembly: one clear error", () => {
    const { stdout } = run(["--jitless"]);
    expect(stdout).toBe("E_NO_WASM: this JavaScript engine has no WebAssembly; use Node 20.19 or newer, or a browser of 2021 or newer\n");
  });

  test.skipIf(process.arch !== "x64")("without SIMD: one clear error", () => {
    const { stdout } = run(noSimd);
    expect(stdout).toBe("E_NO_SIMD: this WebAssembly engine has no SIMD; use Node 20.19 or newer, or a browser of 2023 or newer\n");
  });
});

test("every code of docs/errors.md is made by a test", () => {
  const documented = new Set(readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8").match(/\bE_[A-Z\d_]+/g));
  const tests = readdirSync(new URL(".", import.meta.url), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const text = tests.map((file) => readFileSync(new URL(file, import.meta.url), "utf8")).join("\n");
  expect([...documented].filter((code) => !text.includes(code))).toEqual([]);
});
