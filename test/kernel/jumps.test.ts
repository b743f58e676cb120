// Jumps of the right-hand side: steps of every adaptive solver end at them, wherever they are. Random pulses against closed forms.
import { describe, expect, test } from "vitest";
import { type AdaptiveSolverName, adaptiveSolvers, type CircuitTemplate, gridSearch, templatesFromYaml, trace } from "../../src/index.ts";
import { randomOf } from "../support/differences.ts";

const names = Object.keys(adaptiveSolvers).filter((name): name is AdaptiveSolverName => name in adaptiveSolvers);

/** A circuit of one node with these equations: numbers are parameters, `x: output(0)` and the like states. */
function circuit(equations: readonly string[], variables: Readonly<Record<string, string | number>>): CircuitTemplate {
  const declared = Object.entries(variables).map(([name, value]) => `${name}: ${value}`);
  const { net } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: [${equations.map((each) => `"${each}"`).join(", ")}], variables: { ${declared.join(", ")} } }
pop: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: pop } }`);
  return net;
}

/** Traces of v at each point, whose parameters are swept pairwise. */
async function traces(
  { template, grid, output = "v" }: { template: CircuitTemplate; grid: Record<string, number[]>; output?: string },
  { time, sampling, solver }: { time: number; sampling: number; solver: AdaptiveSolverName },
) {
  const { results, resultsMap } = await gridSearch({
    circuitTemplate: template,
    paramGrid: grid,
    paramMap: Object.fromEntries(Object.keys(grid).map((key) => [key, { vars: [`op/${key}`], nodes: ["p"] }])),
    ...{ simulationTime: time, stepSize: sampling, outputs: { v: `p/op/${output}` }, solver, workers: 0 },
  });
  expect(new Set(resultsMap.getChild("status"))).toEqual(new Set(["ok"]));
  return {
    resultsMap,
    times: Float64Array.from(results.getChild("time") ?? []),
    traces: Array.from(resultsMap.getChild("key") ?? [], (key) => trace(results, String(key), "v")),
  };
}

/** Times at which an input is on. */
type Intervals = readonly (readonly [number, number])[];

/** v' = (I u - v)/tau from 0, u being 1 in the intervals. */
function filtered(time: number, intervals: Intervals, { I, tau }: { I: number; tau: number }): number {
  return intervals.reduce((sum, [from, to]) => {
    if (time <= from) return sum;
    const end = Math.min(time, to);
    return sum + I * (Math.exp((end - time) / tau) - Math.exp((from - time) / tau));
  }, 0);
}

/** Ways to write an input that is 1 at some times, each with random parameters and the times. */
interface Pulse {
  expression: string;
  params: (random: () => number, time: number) => Record<string, number>;
  on: (p: Record<string, number>, time: number) => Intervals;
}

/** The on-times of what is on for `w` in each period from `t0` on, both ways. */
function train(t0: number, period: number, width: number, time: number): Intervals {
  const first = Math.floor((0 - t0) / period) - 1;
  return Array.from({ length: Math.ceil(time / period) + 3 }, (_, k) => t0 + (first + k) * period)
    .map((from) => [Math.max(0, from), Math.min(time, from + width)] as const)
    .filter(([from, to]) => to > from);
}

const between = (random: () => number, low: number, high: number) => low + random() * (high - low);

const pulses: Pulse[] = [
  {
    expression: "(t > a)*(t < a + w)",
    params: (random, time) => ({ a: between(random, -1, time), w: between(random, 1e-3, 2) }),
    on: ({ a, w }) => [[Math.max(0, a), Math.max(0, a + w)]],
  },
  {
    expression: "(t >= a)*(t <= b)",
    params: (random, time) => ({ a: Math.round(between(random, 0, time)), b: Math.round(between(random, time / 2, 2 * time)) }),
    on: ({ a, b }) => (b > a ? [[a, b]] : []),
  },
  {
    expression: "(mod(t - t0, P) < w)",
    params: (random, time) => {
      const P = between(random, time / 40, time);
      return { t0: between(random, -P, time), P, w: P * between(random, 0.01, 0.9) };
    },
    on: ({ t0, P, w }, time) => train(t0, P, w, time),
  },
  {
    expression: "(floor(t/P) == k)",
    params: (random, time) => ({ P: between(random, time / 30, time / 3), k: Math.floor(between(random, 0, 4)) }),
    on: ({ P, k }) => [[k * P, (k + 1) * P]],
  },
  {
    expression: "(abs(t - a) < 0.5*w)",
    params: (random, time) => ({ a: between(random, 0, time), w: between(random, 1e-3, 2) }),
    on: ({ a, w }) => [[Math.max(0, a - w / 2), a + w / 2]],
  },
  {
    expression: "(sin(w*t) > c)",
    params: (random, time) => ({ w: between(random, 2 / time, 200 / time), c: between(random, -0.99, 0.99) }),
    on: ({ w, c }, time) => train(Math.asin(c) / w, (2 * Math.PI) / w, (Math.PI - 2 * Math.asin(c)) / w, time),
  },
  {
    expression: "(exp(-t/b) < c)",
    params: (random, time) => ({ b: between(random, time / 10, time), c: between(random, 0.01, 0.99) }),
    on: ({ b, c }, time) => [[-b * Math.log(c), time]],
  },
  {
    expression: "(t*t > a*a)*(t < b)",
    params: (random, time) => ({ a: between(random, 0, time), b: between(random, 0, time) }),
    on: ({ a, b }) => (b > a ? [[a, b]] : []),
  },
  {
    expression: "(0.5 + 0.5*sign(a - t))*(ceil(t/P) > 1)",
    params: (random, time) => ({ a: between(random, 0, time), P: between(random, 0, time / 2) }),
    on: ({ a, P }) => (a > P ? [[P, a]] : []),
  },
  {
    expression: "(mod(round(t/P), 2) == 1)",
    params: (random, time) => ({ P: between(random, time / 30, time / 3) }),
    on: ({ P }, time) => train(P / 2, 2 * P, P, time),
  },
];

describe.each(names)("jumps: %s, at default tolerances", (solver) => {
  test.each(pulses)("random pulses $expression, one for each point", async ({ expression, params, on }) => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = randomOf(1000 * seed);
      const [time, count] = [10 ** between(random, 0.5, 3), 7];
      const all = Array.from({ length: count }, () => ({
        ...params(random, time),
        I: between(random, 0.5, 3),
        tau: between(random, 0.3, 3),
      }));
      const keys = Object.keys(all[0]);
      const grid = Object.fromEntries(keys.map((key) => [key, all.map((p) => (p as Record<string, number>)[key])]));
      const template = circuit([`v' = (I*${expression} - v)/tau`], { v: "output(0.0)", ...all[0] });
      const found = await traces({ template, grid }, { time, sampling: time / 100, solver });
      all.forEach((p, point) => {
        const intervals = on(p, time);
        found.traces[point].forEach((v, k) => {
          const exact = filtered(found.times[k], intervals, p);
          expect(Math.abs(v - exact), `${JSON.stringify(p)} at ${found.times[k]} of ${time}`).toBeLessThan(3e-4);
        });
      });
    }
  });

  test("a pulse of 1 in a run of 1000, for two amplitudes", async () => {
    const template = circuit(["v' = (-v + I*(t>500)*(t<501))/tau"], { v: "output(0.0)", I: 1, tau: 1 });
    const found = await traces({ template, grid: { I: [1, 2] } }, { time: 1000, sampling: 0.1, solver });
    found.traces.forEach((v, i) => {
      const most = v.reduce((largest, value) => Math.max(largest, value), 0);
      expect(Math.abs(most / (i + 1) - 0.632121)).toBeLessThan(2e-6);
    });
  });

  test("corners and pieces of the time: a triangle, a staircase, a clipped ramp", async () => {
    const equations = ["v' = max(0, 1 - abs(t - 700)) + 0.1*floor(t/300) + min(max(0, t - 900), 0.01) + a"];
    const template = circuit(equations, { v: "output(0.0)", a: 0 });
    const found = await traces({ template, grid: { a: [0] } }, { time: 1000, sampling: 10, solver });
    const exact = (t: number) => {
      const past = Math.min(Math.max(t - 699, 0), 2);
      const triangle = past < 1 ? past ** 2 / 2 : 1 - (2 - past) ** 2 / 2;
      const stairs = [300, 600, 900].reduce((sum, at) => sum + 0.1 * Math.max(0, t - at), 0);
      const ramp = t < 900 ? 0 : t - 900 < 0.01 ? (t - 900) ** 2 / 2 : 0.01 * (t - 900) - 0.00005;
      return triangle + stairs + ramp;
    };
    found.traces[0].forEach((v, k) => {
      expect(Math.abs(v - exact(found.times[k]))).toBeLessThan(1e-4);
    });
  });

  test("a threshold of a state, which changes what drives it", async () => {
    const random = randomOf(7);
    const all = Array.from({ length: 9 }, () => ({
      I: between(random, 1, 3),
      J: between(random, -0.4, 3),
      th: between(random, 0.1, 0.6),
      tau: between(random, 0.3, 30),
    }));
    const grid = Object.fromEntries((["I", "J", "th", "tau"] as const).map((key) => [key, all.map((p) => p[key])]));
    const template = circuit(["v' = (I + J*(v > th) - v)/tau"], { v: "output(0.0)", ...all[0] });
    const found = await traces({ template, grid }, { time: 40, sampling: 0.5, solver });
    all.forEach(({ I, J, th, tau }, point) => {
      const crossed = tau * Math.log(I / (I - th));
      found.traces[point].forEach((v, k) => {
        const t = found.times[k];
        const exact = t < crossed ? I * (1 - Math.exp(-t / tau)) : I + J + (th - I - J) * Math.exp((crossed - t) / tau);
        expect(Math.abs(v - exact)).toBeLessThan(2e-5);
      });
    });
  });

  test("time above a threshold of an oscillation, also where it is brief; steps of a floor of a state", async () => {
    const ths = [-0.9, 0, 0.5, 0.99];
    const equations = ["x' = z", "z' = -x", "v' = (x > th) + 0.25*floor(2*x)"];
    const template = circuit(equations, { x: "variable(0.0)", z: "variable(1.0)", v: "output(0.0)", th: 0 });
    const found = await traces({ template, grid: { th: ths } }, { time: 20 * Math.PI, sampling: 2 * Math.PI, solver });
    ths.forEach((th, point) => {
      const above = Math.PI - 2 * Math.asin(th);
      // Of sin over a period, floor(2 x) is 1 above 1/2, 0 above 0, -1 above -1/2 and -2 below: -pi in all.
      found.traces[point].forEach((v, k) => {
        expect(Math.abs(v - k * (above - 0.25 * Math.PI)), `${th} after ${k}`).toBeLessThan(1e-2);
      });
    });
  });

  test("a jump whose time depends on the time and a state", async () => {
    const template = circuit(["x' = 0.5", "v' = (t > 1 + x) + a"], { x: "variable(0.0)", v: "output(0.0)", a: 0 });
    const found = await traces({ template, grid: { a: [0] } }, { time: 10, sampling: 0.5, solver });
    found.traces[0].forEach((v, k) => {
      expect(Math.abs(v - Math.max(0, found.times[k] - 2))).toBeLessThan(1e-6);
    });
  });

  test("a state that a jump holds in place ends, and what is not defined behind a jump is not needed", async () => {
    const sliding = circuit(["v' = 1 - 3*(v > 0.3) + a"], { v: "output(0.0)", a: 0 });
    const tolerant = { name: solver, rtol: 1e-3, atol: 1e-4 };
    const held = await gridSearch({
      ...{ circuitTemplate: sliding, paramGrid: { a: [0] }, paramMap: { a: { vars: ["op/a"], nodes: ["p"] } } },
      ...{ simulationTime: 1, stepSize: 0.05, outputs: { v: "p/op/v" }, solver: tolerant, workers: 0 },
    });
    const end = trace(held.results, "net_0", "v").at(-1) ?? 0;
    expect(Math.abs(end - 0.3)).toBeLessThan(0.05);
    const root = circuit(["v' = -sqrt(max(v, 0))*(v > 0) + a"], { v: "output(1.0)", a: 0 });
    const found = await traces({ template: root, grid: { a: [0] } }, { time: 3, sampling: 0.1, solver });
    found.traces[0].forEach((v, k) => {
      expect(Math.abs(v - Math.max(0, 1 - found.times[k] / 2) ** 2)).toBeLessThan(1e-4);
    });
  });
});

describe("jumps: what depends on nothing else", () => {
  const template = circuit(["v' = -v + I*(mod(t, P) < 0.3*P) + (v > 0.2)"], { v: "output(0.0)", I: 1, P: 1 });
  const grid = { I: [1, 2, 0.5, 1, 3], P: [0.01, 0.7, 3, 0.11, 0.05] };

  test.each(names)("%s: a point has the bits that it has alone, for any chunk", async (solver) => {
    const call = { time: 8, sampling: 0.02, solver };
    const together = await traces({ template, grid }, call);
    for (const point of [0, 3]) {
      const alone = await traces({ template, grid: { I: [grid.I[point]], P: [grid.P[point]] } }, call);
      expect(alone.traces[0]).toEqual(together.traces[point]);
      for (const cost of ["nfev", "accepted", "rejected"])
        expect(alone.resultsMap.get(0)?.[cost]).toBe(together.resultsMap.get(point)?.[cost]);
    }
  });
});
