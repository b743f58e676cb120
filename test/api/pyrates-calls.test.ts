// Calls as people write them for PyRates, and names as PyRates takes them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connect, geomspace, gridSearch, resumeSweep, simulate, templatesFromYaml, trace } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { refusal } from "../support/sweep.ts";

const yaml = `
op: { base: OperatorTemplate, equations: "x ' = -k*x + m_in + u", variables: { x: output(1.0), k: 1.0, lost: 3.0, m_in: input, u: input(0.0) } }
n: { base: NodeTemplate, operators: [op] }
one: { base: CircuitTemplate, nodes: { p: n } }
two: { base: CircuitTemplate, nodes: { p: n, q: n } }
spaced: { base: CircuitTemplate, nodes: { a b: n, c: n }, edges: [[a b/op/x, c/op/m_in, null, { weight: 2.0, delay: null }]] }
nested: { base: CircuitTemplate, circuits: { left side: spaced, right: spaced } }
`;
const circuits = templatesFromYaml(yaml);
const times = { simulationTime: 0.3, stepSize: 0.1 };
const sweep = { circuitTemplate: circuits.one, ...times, outputs: { x: "p/op/x" } };

describe("pyrates calls: points as a list", () => {
  test("have the bits of the same points as columns", async () => {
    const paramMap = { k: { vars: ["op/k"], nodes: ["p"] }, u: { vars: ["op/u"], nodes: ["p"] } };
    const columns = await gridSearch({ ...sweep, paramGrid: { k: [1, 2, 3], u: [0, 5, 6] }, paramMap });
    const points = [
      { k: 1, u: 0 },
      { k: 2, u: 5 },
      { u: 6, k: 3 },
    ];
    for (const permuteGrid of [false, true]) {
      const rows = await gridSearch({ ...sweep, paramGrid: points, paramMap, permuteGrid });
      expect(rows.resultsMap.toString()).toBe(columns.resultsMap.toString());
      expect(rows.results.toString()).toBe(columns.results.toString());
    }
  });

  test("that differ in their keys, or hold no numbers, are told", async () => {
    const paramMap = { k: { vars: ["op/k"], nodes: ["p"] }, u: { vars: ["op/u"], nodes: ["p"] } };
    const missing = await refusal(() => gridSearch({ ...sweep, paramGrid: [{ k: 1, u: 0 }, { k: 1 }], paramMap }));
    expect([missing.code, missing.problems[0].path]).toEqual(["E_PARAM_NOT_FINITE", ["paramGrid", "u", 1]]);
    expect((await refusal(() => gridSearch({ ...sweep, paramGrid: [], paramMap }))).code).toBe("E_GRID_EMPTY");
  });
});

describe("pyrates calls: outputs as a list", () => {
  test("are named after their variables, or their paths", async () => {
    const run = (outputs: readonly string[]) => simulate({ circuitTemplate: circuits.two, ...times, outputs });
    const names = async (outputs: readonly string[]) => (await run(outputs)).schema.fields.map(({ name }) => name);
    expect(await names(["p/op/x"])).toEqual(["time", "x"]);
    expect(await names(["p/op/x", "q/op/m_in"])).toEqual(["time", "x", "m_in"]);
    expect(await names(["p/op/x", "q/op/x"])).toEqual(["time", "p_op_x", "q_op_x"]);
    expect(await names(["all/op/x"])).toEqual(["time", "x/p", "x/q"]);
    expect(await names(["p/op/x - q/op/x", "q/op/x"])).toEqual(["time", "p_op_x_q_op_x", "x"]);
    const spaced = { circuitTemplate: circuits.spaced, ...times, outputs: ["a b/op/x", "c/op/m_in"] };
    expect((await simulate(spaced)).schema.fields.map(({ name }) => name)).toEqual(["time", "x", "m_in"]);
  });

  test("go with features by those names", async () => {
    const { resultsMap } = await gridSearch({
      ...sweep,
      outputs: ["p/op/x"],
      paramGrid: [{ k: 0 }, { k: 1 }],
      paramMap: { k: { vars: ["op/k"], nodes: ["p"] } },
      features: { x: ["mean"] },
    });
    const name = resultsMap.schema.fields.map((field) => field.name).find((each) => /^x_mean/.test(each)) ?? "";
    expect(resultsMap.getChild(name)?.get(0)).toBe(1);
  });
});

describe("pyrates calls: names with spaces", () => {
  test("in outputs, expressions, params and maps", async () => {
    const table = await simulate({
      circuitTemplate: circuits.spaced,
      ...times,
      params: { "a b/op/x": 3 },
      outputs: { ab: "a b/op/x", c: "c/op/x", d: "2*a b/op/x - c/op/x", e: "a b/op/x/2", m: "mean(all/op/x)" },
    });
    const at = (name: string, row: number) => table.getChild(name)?.get(row);
    expect(at("ab", 0)).toBe(3);
    for (let row = 0; row < 3; row++) {
      expect(at("d", row)).toBeCloseTo(2 * at("ab", row) - at("c", row), 14);
      expect(at("e", row)).toBe(at("ab", row) / 2);
      expect(at("m", row)).toBeCloseTo((at("ab", row) + at("c", row)) / 2, 14);
    }
    // No delay: the edge is felt in the first step.
    expect(at("c", 1)).toBeCloseTo(1 - 0.1 + 0.1 * 2 * 3, 14);
    const { results } = await gridSearch({
      circuitTemplate: circuits.nested,
      ...times,
      paramGrid: { k: [2] },
      paramMap: { k: { vars: ["op/k"], nodes: ["left side/a b"] } },
      outputs: { l: "left side/a b/op/x", r: "right/a b/op/x", s: "left side/a b/op/x + right/all/op/x" },
    });
    expect(results.schema.fields.map(({ name }) => name)).toContain("l/nested_0");
    expect(trace(results, "nested_0", "l")[1]).toBeCloseTo(0.8, 14);
    // Two circuits of one template: only the one that is named is swept. PyRates sweeps both.
    expect(trace(results, "nested_0", "r")[1]).toBeCloseTo(0.9, 14);
  });
});

describe("pyrates calls: what is told", () => {
  test("of a declared variable that no equation uses", async () => {
    const paramMap = { g: { vars: ["op/lost"], nodes: ["p"] } };
    const error = await refusal(() => gridSearch({ ...sweep, paramGrid: { g: [1, 2] }, paramMap }));
    expect(error.code).toBe("E_UNKNOWN_VARIABLE");
    expect(error.message).toMatch(/op\/lost .*is declared, but no equation uses it/);
    const inner = {
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC_2delaycoupled",
      ...times,
      outputs: ["jrc1/pc/pro/m"],
    };
    expect((await refusal(() => simulate({ ...inner, params: { "jrc1/pc/pro/r": 1 } }))).message).toMatch(
      /is declared, but no equation uses it/,
    );
  });

  test.each<[string, RegExp]>([
    ["2/sqrt(p/op/k)", /write "2 \/ sqrt\(\.\.\.\)"/],
    ["1 + 0.1/exp (p/op/k)", /write "0.1 \/ exp\(\.\.\.\)"/],
    ["2/p/op/k", /write "2 \/ p\/op\/k"/],
  ])('of "/" that was meant to divide: %s', async (text, message) => {
    const output = await refusal(() => simulate({ ...sweep, outputs: { y: text } }));
    const noise = await refusal(() => simulate({ ...sweep, solver: "euler-maruyama", noise: { "p/op/x": { sd: text } } }));
    for (const error of [output, noise]) {
      expect(error.code).toBe("E_PATH");
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain("path__");
    }
    const mended = text.replace("/", " / ");
    const table = await simulate({ ...sweep, outputs: { y: mended } });
    expect(Number.isFinite(table.getChild("y")?.get(0))).toBe(true);
  });

  test.each(["sinn(p/op/x)", "p/op/x(2)", "p/op/x p/op/k", "exp(p/op/x, p/op/k)", "p/op/x^^2"])(
    "without internal names: %s",
    async (text) => {
      expect((await refusal(() => simulate({ ...sweep, outputs: { y: text } }))).message).not.toContain("__");
    },
  );

  test.each(["t: 5.0", "t: '1e-3'", "t: [1.0, 2.0]"])("of a constant named t: %s", async (text) => {
    const error = await refusal(() => templatesFromYaml(yaml.replace("k: 1.0", `k: 1.0, ${text}`)));
    expect([error.code, error.problems[0].source?.line]).toEqual(["E_RESERVED_NAME", 2]);
    expect(error.message).toMatch(/t is the time/);
  });
});

describe("pyrates calls: matrices of edges of one number", () => {
  const net = (edge: string) =>
    templatesFromYaml(`${yaml}\nnet: { base: CircuitTemplate, nodes: { p: n, q: n }, edges: [{ source: op/x, target: op/m_in, ${edge} }] }`)
      .net;

  test("mean every pair", () => {
    const values = (edge: string) =>
      net(edge).edges.map(({ source, target, values }) => [source, target, ...[...values].map(([k, v]) => `${k} ${v.re}`)]);
    expect(values("weights: 2.0, delays: 0.5")).toEqual(values("weights: [[2.0, 2.0], [2.0, 2.0]], delays: [[0.5, 0.5], [0.5, 0.5]]"));
    expect(values("weights: [[1.0, 0.0], [3.0, 4.0]], delays: 0.5, spreads: 0.1").length).toBe(3);
    expect(values("weights: 0").length).toBe(0);
    const made = connect(circuits.two, { source: "op/x", target: "op/m_in", weights: 2, delays: 0.5 });
    const whole = connect(circuits.two, {
      source: "op/x",
      target: "op/m_in",
      weights: [
        [2, 2],
        [2, 2],
      ],
      delays: [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    });
    expect(made.edges).toEqual(whole.edges);
  });
});

describe("pyrates calls: complex variables by their names", () => {
  const kuramoto = "model_templates.oscillators.kuramoto.kmo_mf";
  const outputs = { z: "p/kmo_op/z" };

  // PyRates 1.2.3: an initial value of 0.3, and a real input of 2, Euler, complex128.
  test("as initial values and inputs, of which a real number is the real part", async () => {
    const run = await simulate({
      circuitTemplate: kuramoto,
      simulationTime: 0.03,
      stepSize: 0.01,
      params: { "p/kmo_op/z": 0.3 },
      inputs: { "p/kmo_op/s_ext": [2, 2, 2] },
      outputs,
    });
    const expected = [
      [0.3, 0],
      [0.307465, 0.03],
      [0.311845, 0.060398],
    ];
    expected.forEach(([re, im], row) => {
      expect(run.getChild("z.re")?.get(row)).toBeCloseTo(re, 6);
      expect(run.getChild("z.im")?.get(row)).toBeCloseTo(im, 6);
    });
    const constant = await simulate({
      circuitTemplate: kuramoto,
      simulationTime: 0.03,
      stepSize: 0.01,
      params: { "p/kmo_op/z": 0.3, "p/kmo_op/s_ext": 2 },
      outputs,
    });
    expect(constant.toString()).toBe(run.toString());
  });

  test("as grid keys; a key of the imaginary part's own name sets that", async () => {
    const base = { circuitTemplate: kuramoto, simulationTime: 0.02, stepSize: 0.01, outputs };
    const { results } = await gridSearch({
      ...base,
      paramGrid: { z: [0.3, 0.7] },
      paramMap: { z: { vars: ["kmo_op/z"], nodes: ["p"] } },
    });
    expect([0, 1].map((i) => [trace(results, `kmo_mf_${i}`, "z.re")[0], trace(results, `kmo_mf_${i}`, "z.im")[0]])).toEqual([
      [0.3, 0],
      [0.7, 0],
    ]);
    // PyRates 1.2.3.
    expect(trace(results, "kmo_mf_1", "z.re")[1]).toBeCloseTo(0.694785, 6);
    const both = await gridSearch({
      ...base,
      paramGrid: [{ a: 0.3, b: -0.2 }],
      paramMap: { a: { vars: ["kmo_op/z"], nodes: ["p"] }, b: { vars: ["kmo_op/z.im"], nodes: ["p"] } },
    });
    expect([trace(both.results, "kmo_mf_0", "z.re")[0], trace(both.results, "kmo_mf_0", "z.im")[0]]).toEqual([0.3, -0.2]);
  });

  test("an input's complex default is replaced as a whole", async () => {
    const net = templatesFromYaml(`
op: { base: OperatorTemplate, equations: "z' = u", variables: { z: variable(complex), u: input(1.0+2.0j) } }
n: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: n } }`).net;
    const ends = async (inputs: Record<string, number | number[]>) => {
      const table = await simulate({ circuitTemplate: net, simulationTime: 2, stepSize: 1, inputs, outputs: { z: "p/op/z" } });
      return [table.getChild("z.re")?.get(1), table.getChild("z.im")?.get(1)];
    };
    expect(await ends({})).toEqual([1, 2]);
    expect(await ends({ "p/op/u": [5, 6] })).toEqual([5, 0]);
    expect(await ends({ "p/op/u": 5 })).toEqual([5, 0]);
    expect(await ends({ "p/op/u": 5, "p/op/u.im": [7, 8] })).toEqual([5, 7]);
  });
});

test("pyrates calls: a package of templates is found from its root, whatever the working directory is", async () => {
  const folder = folderFor("pyrates-package");
  mkdirSync(join(folder, "mypackage/circuits"), { recursive: true });
  mkdirSync(join(folder, "mypackage/parts"), { recursive: true });
  writeFileSync(
    join(folder, "mypackage/parts/cells.yml"),
    `op: { base: OperatorTemplate, equations: "x' = -x", variables: { x: variable(2.0) } }\npop: { base: NodeTemplate, operators: [mypackage.parts.cells.op] }\n`,
  );
  writeFileSync(join(folder, "mypackage/circuits/net.yaml"), "one: { base: CircuitTemplate, nodes: { p: mypackage.parts.cells.pop } }\n");
  writeFileSync(join(folder, "outside.yaml"), "pop: { base: NodeTemplate, operators: [] }\n");
  writeFileSync(join(folder, "mypackage/circuits/bad.yaml"), "one: { base: CircuitTemplate, nodes: { p: outside.pop } }\n");
  const run = (file: string) =>
    simulate({ circuitTemplate: join(folder, `mypackage/circuits/${file}/one`), ...times, outputs: ["p/op/x"] });
  expect((await run("net")).getChild("x")?.get(0)).toBe(2);
  expect((await refusal(() => run("bad"))).code).toBe("E_UNKNOWN_TEMPLATE");
});

test("pyrates calls: geomspace takes the ends, as in NumPy", async () => {
  expect([...geomspace(0.1, 10, 5)].map((value) => Number(value.toPrecision(15)))).toEqual([
    0.1, 0.316227766016838, 1, 3.16227766016838, 10,
  ]);
  expect([...geomspace(1, 1000, 4)]).toEqual([1, 10, 100, 1000]);
  expect([...geomspace(-8, -1, 4)].map((value) => Number(value.toPrecision(15)))).toEqual([-8, -4, -2, -1]);
  expect([...geomspace(3, 7, 1)]).toEqual([3]);
  for (const [start, stop] of [
    [0, 1],
    [-1, 1],
    [1, Number.POSITIVE_INFINITY],
  ])
    expect((await refusal(() => geomspace(start, stop, 3))).code).toBe("E_RANGE");
});

describe("pyrates calls: Hodgkin and Huxley's rate at 0/0", () => {
  const rates = {
    exprel: "1/exprel(-(V + 40)/10)",
    where: "where(V == -40, 1.0, 0.1*(V + 40)/(1 - exp(-(V + 40)/10)))",
  };
  const beta = 4 * Math.exp(-25 / 18);
  const exact = (t: number) => (1 - Math.exp(-(1 + beta) * t)) / (1 + beta);

  test.each(Object.entries(rates))("by %s", async (_, rate) => {
    const { net } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["m' = (${rate})*(1 - m) - 4*exp(-(V + 65)/18)*m", "V' = 0.0*V"], variables: { m: variable, V: variable(-40.0) } }
n: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: n } }`);
    const tight = { rtol: 1e-9, atol: 1e-12 };
    for (const solver of ["rk4", { name: "dop853", ...tight }, { name: "rodas4", ...tight }] as const) {
      const table = await simulate({
        circuitTemplate: net,
        solver,
        simulationTime: 2,
        stepSize: 0.01,
        samplingStepSize: 0.1,
        outputs: ["p/op/m"],
      });
      const found: number[] = [...(table.getChild("m") ?? [])];
      found.forEach((value, i) => {
        expect(Math.abs(value - exact(i * 0.1))).toBeLessThan(1e-7);
      });
    }
  });
});

test("pyrates calls: a stored sweep of a list of points is that of columns, and resumes as such", async () => {
  const folder = folderFor("pyrates-store");
  const paramMap = { k: { vars: ["op/k"], nodes: ["p"] } };
  const call = { ...sweep, outputs: ["p/op/x"], paramMap, features: { x: ["mean" as const] } };
  const points = [{ k: 1 }, { k: 2 }];
  const store = { directory: join(folder, "store") };
  await gridSearch({ ...call, paramGrid: points, store });
  const columns = { ...call, outputs: { x: "p/op/x" }, paramGrid: { k: [1, 2] } };
  const again = await resumeSweep(store.directory, columns);
  expect(again.complete).toBe(true);
  const { results } = await gridSearch(columns);
  for (const key of ["one_0", "one_1"]) expect(await again.trace(key, "x")).toEqual(trace(results, key, "x"));
});
