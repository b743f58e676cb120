// What moves states beside equations, inputs and noise: bounds, pulses, and the state in which another run ended.
import { type Table, tableFromIPC, tableToIPC, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  adaptiveSolvers,
  fixedSolvers,
  type GridSearchOptions,
  gridSearch,
  type InitialStateOption,
  normalNoise,
  type SimulateOptions,
  type SolverName,
  type SolverOption,
  simulate,
  solvers,
  templatesFromYaml,
  trace,
} from "../../src/index.ts";
import { refusal } from "../support/sweep.ts";

const text = `
leak: { base: OperatorTemplate, equations: ["x' = -k*x + s*u + c"], variables: { x: output(1.0), k: 1.0, s: 1.0, c: 0.0, u: input(0.0) } }
rate:
  base: OperatorTemplate
  equations: ["r' = delta/pi + 2*r*v", "v' = v^2 + eta + 15*r - (pi*r)^2"]
  variables: { r: output(0.1), v: variable(-2.0), delta: 1.0, eta: -5.0 }
switch: { base: OperatorTemplate, equations: ["x' = a + x - x^3"], variables: { x: output(0.0), a: 0.0 } }
ring: { base: OperatorTemplate, equations: ["z' = (1.0j*w - 0.1)*z"], variables: { z: variable(complex), w: 2.0 } }
burst: { base: OperatorTemplate, equations: ["x' = x^3", "y' = -y"], variables: { x: output(1e120), y: variable(1.0) } }
gate: { base: OperatorTemplate, equations: ["x' = -x + 3*(t > 0.5)*(t < 1.25) + (x > 2)"], variables: { x: output(0.0) } }
n_gate: { base: NodeTemplate, operators: [gate] }
n_leak: { base: NodeTemplate, operators: [leak] }
n_rate: { base: NodeTemplate, operators: [rate] }
n_switch: { base: NodeTemplate, operators: [switch] }
n_ring: { base: NodeTemplate, operators: [ring] }
n_burst: { base: NodeTemplate, operators: [burst] }
leaky: { base: CircuitTemplate, nodes: { p: n_leak } }
pair: { base: CircuitTemplate, nodes: { p: n_leak, q: n_leak } }
mass: { base: CircuitTemplate, nodes: { p: n_rate } }
gated: { base: CircuitTemplate, nodes: { p: n_gate } }
bistable: { base: CircuitTemplate, nodes: { p: n_switch } }
turning: { base: CircuitTemplate, nodes: { p: n_ring } }
bursting: { base: CircuitTemplate, nodes: { p: n_burst } }
`;
const models = templatesFromYaml(text);
const tight = (name: SolverName): SolverOption => (name in adaptiveSolvers ? { name, rtol: 1e-9, atol: 1e-12 } : name) as SolverOption;
const everySolver = Object.keys(solvers) as SolverName[];
const x = "p/leak/x";

function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s * 48271) % 2147483647;
    return s / 2147483647;
  };
}

async function run(changes: Partial<SimulateOptions>, output = "V"): Promise<Float64Array> {
  const table = await simulate({ circuitTemplate: models.leaky, simulationTime: 2, stepSize: 0.01, outputs: { V: x }, ...changes });
  return table.getChild(output)?.toArray();
}

function leaks(changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  return {
    circuitTemplate: models.leaky,
    paramGrid: { k: [0.5, 1, 2] },
    paramMap: { k: { vars: ["leak/k"], nodes: ["p"] } },
    simulationTime: 2,
    stepSize: 0.01,
    outputs: { V: x },
    ...changes,
  };
}

/** The largest difference of two traces. */
function distance(a: Float64Array, b: ArrayLike<number>): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), a.length === b.length ? 0 : Number.NaN);
}

describe("states: bounds", () => {
  test.each(everySolver)("%s: a state that falls stays on its bound, and one that leaves it again is free", async (name) => {
    const solver = tight(name);
    const down = await run({ solver, params: { "p/leak/k": 0, "p/leak/c": -1 }, bounds: { [x]: [0.25, null] } });
    down.forEach((value, i) => {
      expect(Math.abs(value - Math.max(0.25, 1 - i * 0.01))).toBeLessThan(1e-9);
      expect(value).toBeGreaterThanOrEqual(0.25);
    });
    const signal = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 3 : -1));
    const up = await run({ solver, params: { "p/leak/k": 0 }, inputs: { "p/leak/u": signal }, bounds: { [x]: [null, 2] } });
    up.forEach((value, i) => {
      expect(Math.abs(value - (i <= 100 ? Math.min(2, 1 + 0.03 * i) : 2 - (i - 100) * 0.01))).toBeLessThan(1e-9);
    });
  });

  test.each(["euler-maruyama", "milstein", "stochastic-heun"] as const)("%s: a rate is not negative under noise", async (solver) => {
    const call: GridSearchOptions = {
      circuitTemplate: models.mass,
      paramGrid: { eta: [-5, -4.6, -4] },
      paramMap: { eta: { vars: ["rate/eta"], nodes: ["p"] } },
      simulationTime: 20,
      stepSize: 1e-3,
      solver,
      noise: { "p/rate/r": { sd: 0.4, seed: 3, shared: false }, "p/rate/v": { sd: 0.4, seed: 4, shared: false } },
      outputs: { r: "p/rate/r", twice: "2*p/rate/r" },
      features: { r: ["min"], twice: ["min"] },
      results: true,
    };
    const free = (await gridSearch(call)).resultsMap;
    const bound = (await gridSearch({ ...call, bounds: { "all/rate/r": [0, Number.POSITIVE_INFINITY] } })).resultsMap;
    const least = (map: typeof free, name: string) => Array.from(map.getChild(name) ?? [], Number);
    expect(Math.max(...least(free, "r_min"))).toBeLessThan(0);
    expect(least(bound, "r_min")).toEqual([0, 0, 0]);
    expect(least(bound, "twice_min")).toEqual([0, 0, 0]);
    expect([...(bound.getChild("status") ?? [])]).toEqual(["ok", "ok", "ok"]);
  });

  test("euler-maruyama with bounds is the step and then the nearest value within them", async () => {
    const draws = random(8);
    for (let i = 0; i < 10; i++) {
      const [low, high, start, k] = [-draws(), draws(), 4 * draws() - 2, 3 * draws()];
      const noise = Float64Array.from({ length: 100 }, () => 40 * (draws() - 0.5));
      const found = await run({
        ...{ simulationTime: 1, solver: "euler", params: { "p/leak/k": k, [x]: start } },
        ...{ inputs: { "p/leak/u": noise }, bounds: { [x]: [low, high] } },
      });
      const clip = (value: number) => Math.min(Math.max(value, low), high);
      let state = clip(start);
      found.forEach((value, step) => {
        expect(value).toBe(state);
        state = clip(state + 0.01 * (-k * state + noise[step] + 0));
      });
    }
  });

  test("a bound does not hide that a state grows beyond all bounds", async () => {
    const call: GridSearchOptions = {
      circuitTemplate: models.bursting,
      paramGrid: { y: [1, 2] },
      paramMap: { y: { vars: ["burst/y"], nodes: ["p"] } },
      ...{ simulationTime: 1, stepSize: 0.1, outputs: { x: "p/burst/x" }, bounds: { "p/burst/x": [0, null] } },
    };
    for (const solver of ["euler", "rk4"] as const) {
      const { resultsMap } = await gridSearch({ ...call, solver });
      expect([...(resultsMap.getChild("status") ?? [])]).toEqual(["diverged", "diverged"]);
    }
  });

  test("what are no bounds, and no states, is refused", async () => {
    const found = async (bounds: unknown) => (await refusal(() => Reflect.apply(run, undefined, [{ bounds }]))).problems;
    for (const range of [[1, 0], [0], [0, 1, 2], ["0", 1], 3, null, { low: 0 }, [Number.NaN, 1], new Map()]) {
      expect(await found({ [x]: range })).toMatchObject([{ code: "E_BOUNDS", path: ["bounds", x] }]);
    }
    expect(await found({ "p/leak/k": [0, 1] })).toMatchObject([{ code: "E_NOT_A_STATE", message: expect.stringMatching(/p\/leak\/x/) }]);
    expect(await found({ "p/leak/y": [0, 1] })).toMatchObject([
      { code: "E_UNKNOWN_VARIABLE", message: expect.stringMatching(/for bounds p\/leak\/y/) },
    ]);
    expect(await found({ [x]: [0, 1], "all/leak/x": [0, 2] })).toMatchObject([{ code: "E_STATE_CONFLICT" }]);
    expect(await found([0, 1])).toMatchObject([{ code: "E_TYPE", path: ["bounds"] }]);
  });
});

describe("states: pulses", () => {
  /** The exact state: a decaying exponential, and one from each pulse on. */
  const exact = (t: number, k: number, pulses: readonly (readonly [number, number])[]) =>
    pulses.reduce((sum, [at, by]) => (t >= at - 1e-12 ? sum + by * Math.exp(-k * (t - at)) : sum), Math.exp(-k * t));

  test.each(everySolver)("%s: linear decay with random pulses, whose own samples are of the state after", async (name) => {
    const draws = random(name.length + 40);
    const isAdaptive = name in adaptiveSolvers;
    for (let i = 0; i < 3; i++) {
      const steps = Array.from({ length: 6 }, () => Math.floor(draws() * 200));
      const at = [0, ...steps.map((step) => step * 0.01), ...(isAdaptive ? [0.123456, 1.5 + 1e-7] : [])];
      const by = at.map(() => 4 * draws() - 2);
      const call = leaks({ pulses: { [x]: { at, by } }, solver: tight(name) });
      const { results } = await gridSearch(call);
      const bound = { euler: 0.03, "euler-maruyama": 0.03, milstein: 0.03 }[name as string] ?? (isAdaptive ? 1e-7 : 2e-4);
      [0.5, 1, 2].forEach((k, point) => {
        const found = trace(results, `leaky_${point}`, "V");
        found.forEach((value, row) => {
          const should = exact(
            row * 0.01,
            k,
            at.map((time, j) => [time, by[j]] as const),
          );
          expect(Math.abs(value - should), `${name} k ${k} row ${row}`).toBeLessThan(bound);
        });
      });
    }
  });

  test.each(Object.keys(fixedSolvers) as SolverName[])(
    "%s: a pulse is a run that ends, and another from the state with it, to the bit",
    async (solver) => {
      const whole = await run({ solver, pulses: { [x]: { at: 0.5, by: 0.75 } } });
      const first = await simulate({
        circuitTemplate: models.leaky,
        simulationTime: 0.5,
        stepSize: 0.01,
        outputs: { V: x },
        solver,
        finalState: true,
      });
      const end = JSON.parse(first.schema.metadata.get("finalState") ?? "{}");
      const second = await run({ solver, simulationTime: 1.5, initialState: { [x]: end[x] + 0.75 } });
      expect(whole).toEqual(Float64Array.of(...(first.getChild("V")?.toArray() ?? []), ...second));
    },
  );

  test("a grid key drives their size; wildcards, lists and one number mean what they say", async () => {
    const A = [0, 0.5, -3];
    const call = leaks({
      circuitTemplate: models.pair,
      paramGrid: { A },
      paramMap: { A: { vars: ["by"], pulses: ["all/leak/x"] } },
      pulses: { "all/leak/x": { at: [0.5, 1], by: 1 }, "q/leak/x": { at: 1, by: [2] } },
      outputs: { p: x, q: "q/leak/x" },
      solver: "rk4",
    });
    const { results } = await gridSearch(call);
    const alone = (by: number, more: number) =>
      run({ solver: "rk4", pulses: { [x]: { at: Float64Array.of(0.5, 1, 1), by: [by, by, more] } } });
    for (const [point, by] of A.entries()) {
      expect(trace(results, `pair_${point}`, "p")).toEqual(await alone(by, 0));
      expect(trace(results, `pair_${point}`, "q")).toEqual(await alone(by, 2));
    }
  });

  test.each(everySolver)("%s: pulses of nothing change nothing", async (name) => {
    const inputs = { "p/leak/u": normalNoise({ mean: 0, sd: 1, seed: 2 }) };
    const noise = solvers[name].kind === "stochastic" ? { noise: { [x]: { sd: 0.3, seed: 5, shared: false } } } : {};
    const call = leaks({ inputs, ...noise, solver: tight(name), samplingStepSize: 0.05 });
    const at = Array.from({ length: 40 }, (_, i) => 0.05 * i);
    const [plain, none] = [await gridSearch(call), await gridSearch({ ...call, pulses: { [x]: { at, by: 0 } } })];
    for (const key of ["leaky_0", "leaky_1", "leaky_2"]) {
      const [a, b] = [trace(plain.results, key, "V"), trace(none.results, key, "V")];
      if (!(name in adaptiveSolvers)) expect(b).toEqual(a);
      else expect(distance(a, b)).toBeLessThan(1e-7);
    }
  });

  test.each(Object.keys(adaptiveSolvers) as SolverName[])("%s: pulses within sampled inputs, held and joined by lines", async (name) => {
    const draws = random(77);
    const signal = Float64Array.from({ length: 10 }, () => 4 * draws() - 2);
    const at = [0.05, 0.2, 0.37, 0.73, 1.2, 1.95];
    const ks = [0.5, 1, 2];
    for (const interpolation of name === "rodas4" ? (["hold"] as const) : (["hold", "linear"] as const)) {
      const call = leaks({
        ...{ stepSize: 0.2, samplingStepSize: 0.05, inputs: { "p/leak/u": signal }, pulses: { [x]: { at, by: 1.5 } } },
        solver: { name, rtol: 1e-10, atol: 1e-12, interpolation } as SolverOption,
      });
      const { results } = await gridSearch(call);
      // The same by small steps of Runge-Kutta, from pulse to pulse.
      const fine = 1 / 2000;
      const ofTime = (t: number) => {
        const [i, share] = [Math.min(9, Math.floor(t / 0.2 + 1e-9)), t / 0.2 - Math.floor(t / 0.2 + 1e-9)];
        return interpolation === "hold" ? signal[i] : signal[i] + share * (signal[Math.min(9, i + 1)] - signal[i]);
      };
      for (const [point, k] of ks.entries()) {
        const found = trace(results, `leaky_${point}`, "V");
        let y = 1;
        for (let step = 0; step < 4000; step++) {
          if (at.some((time) => Math.round(time / fine) === step)) y += 1.5;
          if (step % 100 === 0) expect(Math.abs(found[step / 100] - y), `${interpolation} ${step * fine}`).toBeLessThan(1e-7);
          const t = step * fine;
          const f = (time: number, value: number) => -k * value + ofTime(interpolation === "hold" ? t : time);
          const a = f(t, y);
          const b = f(t + fine / 2, y + (fine / 2) * a);
          const c = f(t + fine / 2, y + (fine / 2) * b);
          y += (fine / 6) * (a + 2 * b + 2 * c + f(t + fine, y + fine * c));
        }
      }
    }
  });

  test("no lane steps over a pulse where no samples are kept", async () => {
    for (const name of Object.keys(adaptiveSolvers) as SolverName[]) {
      const call = leaks({ pulses: { [x]: { at: [0.7, 1.1, 1.3], by: 5 } }, cutoff: 1.9, samplingStepSize: 0.1, solver: tight(name) });
      const { results } = await gridSearch(call);
      const [found] = trace(results, "leaky_2", "V");
      const should = exact(
        1.9,
        2,
        [0.7, 1.1, 1.3].map((time) => [time, 5] as const),
      );
      expect(Math.abs(found - should)).toBeLessThan(1e-7);
    }
  });

  test.each(Object.keys(adaptiveSolvers) as SolverName[])("%s: pulses beside, and at, jumps of the equations", async (name) => {
    const at = [0.3, 0.5, 0.9, 1.25, 1.6];
    const call = { circuitTemplate: models.gated, outputs: { V: "p/gate/x" }, pulses: { "p/gate/x": { at, by: 0.8 } } };
    const found = await run({ ...call, solver: { name, rtol: 1e-9, atol: 1e-11 } as SolverOption, samplingStepSize: 0.05 });
    // Between pulses and jumps, and where x crosses 2, x is an exponential towards a constant.
    let [x, t] = [0, 0];
    const moments = Array.from({ length: 40 }, (_, i) => 0.05 * i);
    const events = [...new Set([...moments, ...at, 0.5, 1.25].map((time) => Number(time.toFixed(6))))].sort((a, b) => a - b);
    for (const time of events) {
      for (let left = time - t; left > 1e-12; ) {
        const target = (t > 0.4999 && t < 1.2499 ? 3 : 0) + (x > 2 ? 1 : 0);
        const crossing =
          x > 2 && target < 2 ? Math.log((x - target) / (2 - target)) : x < 2 && target > 2 ? Math.log((target - x) / (target - 2)) : left;
        const step = Math.min(left, crossing);
        x = target + (x - target) * Math.exp(-step);
        if (step < left) x = target > 2 ? 2 + 1e-14 : 2 - 1e-14;
        [t, left] = [t + step, left - step];
      }
      t = time;
      if (at.includes(time)) x += 0.8;
      const row = moments.findIndex((moment) => Math.abs(moment - time) < 1e-9);
      if (row >= 0) expect(Math.abs(found[row] - x), `${time}`).toBeLessThan(2e-6);
    }
  });

  test("pulses stay within bounds", async () => {
    for (const name of everySolver) {
      const found = await run({
        solver: tight(name),
        params: { "p/leak/k": 0 },
        pulses: { [x]: { at: 1, by: 5 } },
        bounds: { [x]: [0, 2] },
      });
      expect(found[99]).toBe(1);
      expect([found[100], found[199]]).toEqual([2, 2]);
    }
  });

  test("what comes within a step, or not within the run, is refused, and so are other values", async () => {
    const found = async (option: unknown, solver: SolverName = "rk4") =>
      (await refusal(() => Reflect.apply(run, undefined, [{ solver, pulses: { [x]: option } }]))).problems;
    const within = await found({ at: [0.5, 1.005], by: 1 });
    expect(within).toMatchObject([
      { code: "E_PULSE", path: ["pulses", x, "at"], message: expect.stringMatching(/use 1 or 1.01, another stepSize/) },
    ]);
    for (const at of [-0.1, 2, 7]) {
      expect(await found({ at, by: 1 })).toMatchObject([{ code: "E_PULSE" }]);
      expect(await found({ at, by: 1 }, "rk45")).toMatchObject([{ code: "E_PULSE" }]);
    }
    expect(await found({ at: [0.1, 0.2], by: [1, 2, 3] })).toMatchObject([{ code: "E_PULSE", path: ["pulses", x, "by"] }]);
    expect(await found({ at: 0.1 })).toMatchObject([{ code: "E_MISSING_OPTION", path: ["pulses", x, "by"] }]);
    expect(await found({ at: 0.1, by: 1, size: 2 })).toMatchObject([{ code: "E_UNKNOWN_OPTION" }]);
    for (const at of [[], ["1"], Number.NaN, null, {}, [Number.POSITIVE_INFINITY]]) {
      expect((await found({ at, by: 1 }))[0].code).toMatch(/E_TYPE|E_MISSING_OPTION/);
    }
    for (const option of [1, null, [0.1, 1], new Date()]) expect((await found(option))[0].code).toBe("E_TYPE");
    const call = leaks({ pulses: { [x]: { at: 1, by: 1 } }, paramMap: { k: { vars: ["by"], pulses: ["p/leak/z"] } } });
    expect((await refusal(() => gridSearch(call))).code).toBe("E_UNKNOWN_PULSES");
    const list = leaks({ pulses: { [x]: { at: 1, by: [1] } }, paramMap: { k: { vars: ["by"], pulses: [x] } } });
    expect((await refusal(() => gridSearch(list))).code).toBe("E_PULSE");
  });
});

describe("states: initialState and finalState", () => {
  test.each(everySolver)("%s: a run that goes on is the longer run", async (name) => {
    const solver = tight(name);
    const call = leaks({
      circuitTemplate: models.pair,
      outputs: { p: x, q: "q/leak/x" },
      solver,
      paramMap: { k: { vars: ["leak/k"], nodes: ["p", "q"] } },
    });
    const whole = await gridSearch({ ...call, finalState: true });
    const first = await gridSearch({ ...call, simulationTime: 1, finalState: true });
    const second = await gridSearch({ ...call, simulationTime: 1, initialState: first.resultsMap, finalState: true });
    for (const key of ["pair_0", "pair_1", "pair_2"]) {
      const joined = Float64Array.of(...trace(first.results, key, "p"), ...trace(second.results, key, "p"));
      const should = trace(whole.results, key, "p");
      if (name in adaptiveSolvers) expect(distance(should, joined)).toBeLessThan(1e-7);
      else expect(joined).toEqual(should);
    }
    if (name in adaptiveSolvers) return;
    for (const path of [x, "q/leak/x"])
      expect(second.resultsMap.getChild(path)?.toArray()).toEqual(whole.resultsMap.getChild(path)?.toArray());
  });

  test("rows are found by key, in order, or are one for all; in tables, records, lists and after Arrow IPC", async () => {
    const { resultsMap: ends } = await gridSearch(leaks({ finalState: true }));
    const values = Float64Array.from(ends.getChild(x) ?? []);
    const starts = async (initialState: GridSearchOptions["initialState"], changes: Partial<GridSearchOptions> = {}) => {
      const { results } = await gridSearch(leaks({ ...changes, initialState: initialState ?? {} }));
      return results.schema.fields.slice(1).map((_, i) => results.getChildAt(i + 1)?.get(0));
    };
    const inOrder = [...values];
    expect(await starts(ends)).toEqual(inOrder);
    expect(await starts(tableFromIPC(tableToIPC(ends)))).toEqual(inOrder);
    expect(await starts({ [x]: values })).toEqual(inOrder);
    expect(await starts({ "leak/x": inOrder })).toEqual(inOrder);
    expect(await starts(inOrder.map((value) => ({ [x]: value })))).toEqual(inOrder);
    expect(await starts({ [x]: 0.25 })).toEqual([0.25, 0.25, 0.25]);
    expect(await starts([{ [x]: 0.5 }])).toEqual([0.5, 0.5, 0.5]);
    expect(await starts({ key: ["leaky_2", "leaky_0", "leaky_1"], [x]: [2, 0, 1] })).toEqual([0, 1, 2]);
    expect(await starts(ends.slice(1, 2))).toEqual([values[1], values[1], values[1]]);
    expect(await starts({ key: ends.getChild("key") as never, [x]: [2, 0, 1] })).toEqual([2, 0, 1]);
    expect(await starts({ key: vectorFromArray(["leaky_2", "leaky_0", "leaky_1"]) as never, [x]: [2, 0, 1] })).toEqual([0, 1, 2]);
    expect(await starts({ key: ["a", "b", "c"], [x]: [2, 0, 1] })).toEqual([2, 0, 1]);
    expect(await starts({ [x]: [1, 2, 3] }, { replicates: 2 })).toEqual([1, 1, 2, 2, 3, 3]);
    expect(await starts({ [x]: [1, 2, 3, 4, 5, 6] }, { replicates: 2 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await starts(ends, { replicates: 2 })).toEqual([...values].flatMap((value) => [value, value]));
    expect(await starts(ends.slice(0, 2), { paramGrid: { k: [1, 3] } })).toEqual(inOrder.slice(0, 2));
  });

  test("complex states are carried whole; simulate takes and gives them too", async () => {
    const call = { circuitTemplate: models.turning, stepSize: 0.01, outputs: { z: "p/ring/z" }, solver: "rk4", finalState: true } as const;
    const start = { params: { "p/ring/z.re": 1 } };
    const whole = await simulate({ ...call, ...start, simulationTime: 2 });
    const first = await simulate({ ...call, ...start, simulationTime: 1 });
    const second = await simulate({ ...call, simulationTime: 1, initialState: first });
    expect(second.schema.metadata.get("finalState")).toBe(whole.schema.metadata.get("finalState"));
    expect(Object.keys(JSON.parse(String(whole.schema.metadata.get("finalState"))))).toEqual(["p/ring/z.re", "p/ring/z.im"]);
  });

  test("a sweep follows a branch up and down: hysteresis of a bistable state", async () => {
    const up = Array.from({ length: 41 }, (_, i) => (i - 20) / 20);
    const follow = async (values: number[], from: number) => {
      let initialState: InitialStateOption = { "p/switch/x": from };
      const branch = new Map<number, number>();
      for (const a of values) {
        const { resultsMap }: { resultsMap: Table } = await gridSearch({
          circuitTemplate: models.bistable,
          paramGrid: { a: [a] },
          paramMap: { a: { vars: ["switch/a"], nodes: ["p"] } },
          ...{ simulationTime: 60, stepSize: 0.05, samplingStepSize: 1, outputs: {}, results: false, workers: 0 },
          ...{ initialState, finalState: true, solver: "rk4" },
        });
        branch.set(a, Number(resultsMap.getChild("p/switch/x")?.get(0)));
        initialState = resultsMap;
      }
      return branch;
    };
    const [rising, falling] = [await follow(up, -1), await follow([...up].reverse(), 1)];
    // Folds of a + x - x^3 are at a = ±2 / (3 sqrt(3)) = ±0.3849.
    const fold = 2 / (3 * Math.sqrt(3));
    for (const a of up) {
      const [r, f] = [rising.get(a) ?? 0, falling.get(a) ?? 0];
      expect(Math.abs(a + r - r ** 3)).toBeLessThan(1e-6);
      expect(Math.abs(a + f - f ** 3)).toBeLessThan(1e-6);
      expect(r > 0).toBe(a > fold);
      expect(f > 0).toBe(a > -fold);
    }
  });

  test("points that failed have no state, and do not start others", async () => {
    const call: GridSearchOptions = {
      circuitTemplate: models.bursting,
      paramGrid: { x: [1e120, 0.1] },
      paramMap: { x: { vars: ["burst/x"], nodes: ["p"] } },
      ...{ simulationTime: 1, stepSize: 0.1, outputs: { y: "p/burst/y" }, finalState: true },
    };
    const { resultsMap } = await gridSearch(call);
    expect(resultsMap.getChild("p/burst/y")?.get(0)).toBeNull();
    expect(resultsMap.getChild("p/burst/y")?.get(1)).toBeCloseTo(Math.exp(-1), 1);
    const next: GridSearchOptions = { ...call, paramGrid: { y: [1, 1] }, paramMap: { y: { vars: ["burst/y"], nodes: ["p"] } } };
    const error = await refusal(() => gridSearch({ ...next, initialState: { "p/burst/x": resultsMap.getChild("p/burst/x")?.toArray() } }));
    expect(error.code).toBe("E_INITIAL_STATE");
    expect(error.message).toMatch(/bursting_0/);
  });

  test("what does not fit is refused", async () => {
    const found = async (initialState: unknown, changes: Partial<GridSearchOptions> = {}) =>
      (await refusal(() => Reflect.apply(gridSearch, undefined, [{ ...leaks(changes), initialState }]))).problems[0];
    expect(await found({ [x]: [1, 2] })).toMatchObject({
      code: "E_INITIAL_STATE",
      message: expect.stringMatching(/2 rows, but the sweep has 3/),
    });
    expect(await found({ key: ["leaky_0", "leaky_1", "other"], [x]: [1, 2, 3] })).toMatchObject({
      code: "E_INITIAL_STATE",
      message: /leaky_2/,
    });
    const misnamed = (key: unknown) => found({ key, [x]: [1, 2, 3] });
    for (const key of ["leaky_0", 3, [0, 1, 2], ["leaky_0", null, "leaky_2"], new Array(3), { a: 1 }, Float64Array.of(0, 1, 2)])
      expect(await misnamed(key)).toMatchObject({ code: "E_TYPE", path: ["initialState", "key"] });
    for (const key of [
      ["leaky_0", "leaky_1", "leaky_1"],
      ["leaky_0", "leaky_1", "leaky_2", "more"],
      ["leaky_2", "leaky_1"],
    ])
      expect(await misnamed(key)).toMatchObject({ code: "E_INITIAL_STATE", path: ["initialState", "key"] });
    expect(await found({ [x]: "1" })).toMatchObject({ code: "E_TYPE", path: ["initialState", x] });
    expect(await found({ [x]: [1, Number.NaN, 2] })).toMatchObject({ code: "E_INITIAL_STATE", message: /leaky_1/ });
    expect(await found({ "p/leak/k": 1 })).toMatchObject({ code: "E_NOT_A_STATE" });
    expect(await found({ "p/leak/y": 1 })).toMatchObject({ code: "E_UNKNOWN_VARIABLE" });
    for (const wrong of [1, "x", [], [1], new Date(), new Map(), Promise.resolve({})])
      expect(await found(wrong)).toMatchObject({ code: "E_TYPE" });
    const swept = { paramGrid: { s: [1, 2] }, paramMap: { s: { vars: ["leak/x"], nodes: ["p"] } } };
    expect(await found({ [x]: 1 }, swept)).toMatchObject({ code: "E_STATE_CONFLICT" });
  });
});
