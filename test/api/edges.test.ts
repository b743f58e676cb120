// Points that are added where a sweep changes, and points that start where their neighbours ended: against folds and Hopf points in closed form.
import { describe, expect, test } from "vitest";
import { gridSearch, MassgridError, plan, templatesFromYaml, trace } from "../../src/index.ts";

// FitzHugh-Nagumo with a steep recovery line: two resting states between the folds I = ±(v/b - v + v^3/3) at v = sqrt(1 - 1/b).
const { bistable, forced } = templatesFromYaml(`
op:
  base: OperatorTemplate
  equations:
    - v' = v - v^3/3.0 - w + I
    - w' = eps*(v + a - b*w)
  variables: { v: output(-1.0), w: variable(-0.5), I: 0.0, eps: 0.5, a: 0.0, b: 2.0 }
p: { base: NodeTemplate, operators: [op] }
bistable: { base: CircuitTemplate, nodes: { p: p } }
late:
  base: OperatorTemplate
  equations: ["x' = -past(x, 1.0) + c"]
  variables: { x: output(0.5), c: 0.0 }
q: { base: NodeTemplate, operators: [late] }
forced: { base: CircuitTemplate, nodes: { p: q } }
`);
const fold = Math.abs(Math.SQRT1_2 / 2 - Math.SQRT1_2 + Math.SQRT1_2 ** 3 / 3);

const I = Array.from({ length: 21 }, (_, i) => -0.5 + 0.05 * i);
const sweep = {
  circuitTemplate: bistable,
  paramGrid: { I },
  paramMap: { I: { vars: ["op/I"], nodes: ["p"] } },
  ...{ simulationTime: 400, stepSize: 0.05, samplingStepSize: 1, cutoff: 300, solver: "rk4", results: false },
  outputs: { v: "p/op/v" },
  features: { v: ["mean"] },
} as const;

async function refused(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof MassgridError)
      return error.problems.map(({ code, path, message }) => `${code} ${path.join(".")} ${message}`).join("\n");
    throw error;
  }
  return "";
}

describe("edges: plan of refine", () => {
  test("tells the most points that are added: what is allowed, or all between those of the grid", async () => {
    const asked = { ...sweep, simulationTime: 1, cutoff: 0, samplingStepSize: 0.05 };
    const most = async (refine?: { feature: string; depth: number; maxPoints?: number }) =>
      (await plan({ ...asked, ...(refine ? { refine } : {}) })).added;
    expect(await most()).toBe(0);
    expect(await most({ feature: "v_mean", depth: 2 })).toBe(60);
    expect(await most({ feature: "v_mean", depth: 9 })).toBe(1000);
    expect(await most({ feature: "v_mean", depth: 9, maxPoints: 7 })).toBe(7);
  });
});

describe("edges: follow", () => {
  test("up and down jump at the folds, each at its own", async () => {
    const { resultsMap } = await gridSearch({ ...sweep, follow: "both" });
    expect(resultsMap.schema.fields.map(({ name }) => name)).toEqual(["key", "I", "status", "failedAt", "direction", "v_mean"]);
    expect(resultsMap.numRows).toBe(42);
    const rows = resultsMap.toArray().map((row) => row?.toJSON() ?? {});
    expect(new Set(rows.map(({ key }) => key)).size).toBe(42);
    const high = (way: string) => rows.flatMap(({ I, direction, v_mean }) => (direction === way && v_mean > 0 ? [I] : []));
    // Rising, the upper state is reached beyond the upper fold; falling, it is kept until the lower one.
    expect(high("up")).toEqual(I.filter((value) => value > fold));
    expect(high("down")).toEqual(I.filter((value) => value > -fold));
  });

  test("one direction is the rows of the grid in its order, whatever that is", async () => {
    const shuffled = [...I].sort((a, b) => Math.sin(37 * a) - Math.sin(37 * b));
    const both = (await gridSearch({ ...sweep, follow: "both" })).resultsMap;
    for (const [direction, first] of [["up", 0] as const, ["down", 21] as const]) {
      const start = direction === "down" ? { initialState: { "p/op/v": 1, "p/op/w": 0.5 } } : {};
      const { resultsMap } = await gridSearch({ ...sweep, ...start, paramGrid: { I: shuffled }, follow: direction });
      expect(Array.from(resultsMap.getChild("I") ?? [])).toEqual(shuffled);
      expect(new Set(resultsMap.getChild("direction"))).toEqual(new Set([direction]));
      shuffled.forEach((value, row) => {
        const twin = Number(both.getChild("v_mean")?.get(first + I.indexOf(value)));
        expect(Math.abs(Number(resultsMap.getChild("v_mean")?.get(row)) - twin)).toBeLessThan(1e-9);
      });
    }
  });

  test("along one key of a product, with traces, replicates and threads: each line as alone, bit for bit", async () => {
    const a = [-0.05, 0.05];
    const noise = { "p/op/v": { sd: 0.01, seed: 7 } };
    const more = { results: true, solver: "stochastic-heun", noise, replicates: 2, layout: "long" } as const;
    const paramMap = { ...sweep.paramMap, a: { vars: ["op/a"], nodes: ["p"] } };
    const call = {
      ...sweep,
      ...more,
      paramMap,
      simulationTime: 20,
      cutoff: 10,
      permuteGrid: true,
      follow: { key: "I", direction: "up" },
    } as const;
    const { results, resultsMap } = await gridSearch({ ...call, paramGrid: { I: I.slice(0, 5), a }, workers: 2 });
    expect(resultsMap.numRows).toBe(20);
    const inline = await gridSearch({ ...call, paramGrid: { I: I.slice(0, 5), a }, workers: 0 });
    const key = String(resultsMap.getChild("key")?.get(13));
    expect(trace(results, key, "v")).toEqual(trace(inline.results, key, "v"));
    // Shared noise: the second value of a alone is what it is beside the first.
    const alone = await gridSearch({ ...call, paramGrid: { I: I.slice(0, 5), a: [0.05] }, workers: 0 });
    const valuesAt = (table: typeof resultsMap) =>
      table
        .toArray()
        .flatMap((row) => (row?.a === 0.05 ? [row.v_mean] : []))
        .sort();
    expect(valuesAt(alone.resultsMap)).toEqual(valuesAt(resultsMap));
  });

  test("what cannot be followed is refused by name before anything runs", async () => {
    const grid = { I: [0, 1], a: [0, 1] };
    const paramMap = { ...sweep.paramMap, a: { vars: ["op/a"], nodes: ["p"] } };
    expect(await refused(() => gridSearch({ ...sweep, follow: "sideways" }))).toMatch(/E_TYPE follow.direction .*"up", "down" or "both"/);
    expect(await refused(() => gridSearch({ ...sweep, paramGrid: grid, paramMap, permuteGrid: true, follow: "up" }))).toMatch(
      /E_FOLLOW follow .*must name one: { key, direction }; there are: I, a/,
    );
    expect(await refused(() => gridSearch({ ...sweep, follow: { key: "J", direction: "up" } }))).toMatch(/E_FOLLOW .*no key J/);
    expect(await refused(() => gridSearch({ ...sweep, paramGrid: grid, paramMap, follow: { key: "I", direction: "up" } }))).toMatch(
      /E_FOLLOW .*permuteGrid: true/,
    );
    expect(await refused(() => gridSearch({ ...sweep, follow: "up", certify: true }))).toMatch(/E_FOLLOW .*certificate/);
    expect(await refused(() => gridSearch({ ...sweep, follow: "up", store: { directory: "never" } }))).toMatch(/E_FOLLOW .*store/);
    const starts = { paramGrid: { v: [0, 1] }, paramMap: { v: { vars: ["op/v"], nodes: ["p"] } } };
    expect(await refused(() => gridSearch({ ...sweep, ...starts, follow: "up" }))).toMatch(/E_FOLLOW .*key v sets where p\/op\/v starts/);
    const delayed = { circuitTemplate: forced, paramGrid: { c: [0, 1] }, paramMap: { c: { vars: ["late/c"], nodes: ["p"] } } };
    expect(await refused(() => gridSearch({ ...sweep, ...delayed, outputs: { v: "p/late/x" }, follow: "up" }))).toMatch(
      /E_FOLLOW .*delays/,
    );
  });

  test("a point whose neighbour failed starts where the model starts", async () => {
    const { runaway } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = c*x*x*x"], variables: { x: output(1.0), c: 0.0 } }
p: { base: NodeTemplate, operators: [op] }
runaway: { base: CircuitTemplate, nodes: { p: p } }
`);
    const { resultsMap } = await gridSearch({
      ...{ circuitTemplate: runaway, simulationTime: 5, stepSize: 0.01, solver: "rk4", results: false, follow: "down" },
      paramGrid: { c: [-0.1, 1, 0] },
      paramMap: { c: { vars: ["op/c"], nodes: ["p"] } },
      ...{ outputs: { x: "p/op/x" }, features: { x: ["max"] } },
    });
    expect(Array.from(resultsMap.getChild("status") ?? [])).toEqual(["ok", "diverged", "ok"]);
    // After the one that failed, 0 stays at 1; the last begins there.
    expect(Array.from(resultsMap.getChild("x_max") ?? [])).toEqual([1, null, 1]);
  });
});

describe("edges: refine", () => {
  const coarse = [-0.5, -0.1, 0.1, 0.5];

  test("of one key halves the intervals at whose ends a number differs, to the depth that is asked for", async () => {
    const { resultsMap } = await gridSearch({ ...sweep, paramGrid: { I: coarse }, refine: { feature: "v_mean", depth: 8, change: 0.5 } });
    const rows = resultsMap.toArray().map((row) => row?.toJSON() ?? {});
    expect(rows.slice(0, 4).map(({ I, level, key }) => [I, level, key])).toEqual(coarse.map((value, i) => [value, 0, `bistable_${i}`]));
    expect(rows.slice(4).map(({ level }) => level)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const sorted = [...rows].sort((a, b) => a.I - b.I);
    const at = sorted.findIndex(({ v_mean }) => v_mean > 0);
    // The model starts at the lower state, which ends at the upper fold.
    expect(sorted[at - 1].I).toBeLessThan(fold + 1e-3);
    expect(sorted[at].I).toBeGreaterThan(fold - 1e-9);
    expect(sorted[at].I - sorted[at - 1].I).toBeCloseTo(0.4 / 2 ** 8, 12);
    const facts = JSON.parse(resultsMap.schema.metadata.get("refine") ?? "{}");
    expect(facts).toEqual({ feature: "v_mean", depth: 8, maxPoints: 1000, change: 0.5, added: 8, isLimited: false });
  });

  test("rows are those of a sweep of all the points, whatever threads run them", async () => {
    const call = { ...sweep, paramGrid: { I: coarse }, results: true, simulationTime: 50, cutoff: 40 } as const;
    const found = await gridSearch({ ...call, refine: { feature: "mean", depth: 3, change: 0 }, workers: 1 });
    const points = Array.from(found.resultsMap.getChild("I") ?? [], Number);
    expect(points.length).toBe(4 + 3 + 6 + 12);
    const all = await gridSearch({ ...call, paramGrid: { I: points }, workers: 0 });
    const names = ["key", "I", "status", "v_mean"] as const;
    for (const name of names)
      expect(Array.from(found.resultsMap.getChild(name) ?? [])).toEqual(Array.from(all.resultsMap.getChild(name) ?? []));
    expect(trace(found.results, "bistable_17", "v")).toEqual(trace(all.results, "bistable_17", "v"));
  });

  test("of two keys halves the cells whose corners differ: along the line of the fold alone", async () => {
    const grid = { I: [-0.6, -0.2, 0.2, 0.6], a: [-0.2, 0, 0.2] };
    const paramMap = { ...sweep.paramMap, a: { vars: ["op/a"], nodes: ["p"] } };
    const call = { ...sweep, paramMap, paramGrid: grid, permuteGrid: true, simulationTime: 200, cutoff: 190 } as const;
    const { resultsMap } = await gridSearch({ ...call, refine: { feature: "v_mean", depth: 4, change: 0.4 } });
    const rows = resultsMap.toArray().map((row) => row?.toJSON() ?? {});
    expect(rows.slice(12).every(({ level }) => level > 0 && level <= 4)).toBe(true);
    expect(new Set(rows.map(({ I, a }) => `${I} ${a}`)).size).toBe(rows.length);
    // The lower state ends where I + a/b has the fold's value; points of the last level are no further from it than two of their cells.
    const finest = rows.filter(({ level }) => level === 4);
    expect(finest.length).toBeGreaterThan(30);
    for (const { I, a } of finest) expect(Math.abs(I - a / 2 - fold)).toBeLessThan((2 * 0.4) / 8);
    for (const { I, a, v_mean } of rows) if (Math.abs(I - a / 2 - fold) > 0.01) expect(v_mean > 0).toBe(I - a / 2 > fold);
  });

  test("adds no more points than it may, and says that there were more", async () => {
    const { resultsMap } = await gridSearch({
      ...sweep,
      simulationTime: 50,
      cutoff: 40,
      refine: { feature: "v_mean", change: 0, maxPoints: 7 },
    });
    expect(resultsMap.numRows).toBe(28);
    expect(JSON.parse(resultsMap.schema.metadata.get("refine") ?? "{}")).toMatchObject({ added: 7, isLimited: true, depth: 6 });
  });

  test("a certificate is of all points", async () => {
    const call = { ...sweep, paramGrid: { I: coarse }, simulationTime: 50, cutoff: 40, certify: { points: 7 } } as const;
    const { certificate, resultsMap } = await gridSearch({ ...call, refine: { feature: "v_mean", depth: 3, change: 0.5 } });
    expect(resultsMap.numRows).toBe(7);
    expect(new Set(certificate?.table.getChild("key")).size).toBe(7);
  });

  test("what cannot be refined is refused by name before anything runs", async () => {
    const refine = { feature: "v_mean" };
    const two = { I: [0, 1], a: [0, 1] };
    const paramMap = { ...sweep.paramMap, a: { vars: ["op/a"], nodes: ["p"] }, b: { vars: ["op/b"], nodes: ["p"] } };
    expect(await refused(() => gridSearch({ ...sweep, refine: { feature: "v_maen" } }))).toMatch(
      /E_REFINE refine.feature .*did you mean v_mean/,
    );
    expect(await refused(() => gridSearch({ ...sweep, paramGrid: two, paramMap, refine }))).toMatch(
      /E_REFINE .*list of points of two keys/,
    );
    expect(await refused(() => gridSearch({ ...sweep, paramGrid: { ...two, b: [1, 2] }, paramMap, permuteGrid: true, refine }))).toMatch(
      /3 keys/,
    );
    expect(await refused(() => gridSearch({ ...sweep, refine, replicates: 2 }))).toMatch(/E_REFINE .*2 replicates/);
    expect(await refused(() => gridSearch({ ...sweep, refine, store: { directory: "never" } }))).toMatch(/E_REFINE .*store/);
    expect(await refused(() => gridSearch({ ...sweep, refine, follow: "up" }))).toMatch(/E_REFINE .*follow/);
    expect(await refused(() => gridSearch({ ...sweep, refine: { ...refine, depth: 0 } }))).toMatch(/E_TYPE refine.depth/);
    expect(await refused(() => gridSearch({ ...sweep, refine, initialState: { "p/op/v": I } }))).toMatch(/E_REFINE .*initialState/);
    const named = { paramGrid: { level: [0, 1] }, paramMap: { level: { vars: ["op/I"], nodes: ["p"] } } };
    expect(await refused(() => gridSearch({ ...sweep, ...named, refine }))).toMatch(/E_RESERVED_NAME paramGrid.level/);
  });

  // Grimbert & Faugeras 2006: at u = 220 the rest is unstable from C = 133.0947 on. Growth just beyond takes longer than any run: a trace of
  // 40 s tells a cycle where it grows from 1e-3 V within that time.
  test("finds where Jansen and Rit's column begins to oscillate, by its regime", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      paramGrid: { C: [120, 130, 140] },
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
      ...{ simulationTime: 40, stepSize: 1e-3, samplingStepSize: 2e-3, cutoff: 35, solver: { name: "dop853", rtol: 1e-9, atol: 1e-12 } },
      inputs: { "jrc/jrc_op/u": 220 },
      outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
      ...{ features: { V: ["regime"] }, results: false, refine: { feature: "regime", depth: 7 } },
    });
    const rows = resultsMap.toArray().map((row) => row?.toJSON() ?? {});
    const edges = (label: string) => rows.flatMap(({ C, V_regime }) => (V_regime === label ? [C] : []));
    const [rest, cycle] = [Math.max(...edges("fixed point")), Math.min(...edges("oscillation"))];
    expect(rows.length).toBeLessThan(40);
    expect(cycle - rest).toBeLessThan(0.16);
    expect(Math.abs(cycle - 133.0947)).toBeLessThan(1);
  });
});
