// Random sweeps over models, solvers, steps, tolerances and cutoffs, for certificates.
import type { CircuitTemplate, GridSearchOptions, SolverName } from "../../src/index.ts";
import { circuitOf, draws, randomModel, randomNumbers } from "./random-dynamics.ts";

interface SweptModel {
  name: string;
  circuitTemplate: string | CircuitTemplate;
  outputs: string[];
  /** The variable that is swept, its node, and from where to where. */
  key: [variable: string, node: string];
  range: [number, number];
  /** How long its runs are, about, and a step that is coarse. */
  time: number;
  step: number;
}

const own = (
  name: string,
  equations: string[],
  variables: string[],
  key: string,
  rest: Omit<SweptModel, "name" | "circuitTemplate" | "key">,
) => ({
  ...{ name, circuitTemplate: circuitOf(equations, variables), key: [`op/${key}`, "p"] as [string, string] },
  ...rest,
});

const models: readonly SweptModel[] = [
  own(
    "FitzHugh-Nagumo",
    ["v' = v - v^3/3 - w + I", "w' = 0.08*(v + 0.7 - 0.8*w)"],
    ["v: output(-1.0)", "w: variable(1.0)", "I: 0.0"],
    "I",
    {
      ...{ outputs: ["p/op/v", "p/op/w - p/op/v"], range: [0, 0.8], time: 100, step: 0.1 },
    },
  ),
  own(
    "Lorenz",
    ["x' = 10*(y-x)", "y' = x*(r-z)-y", "z' = x*y-8/3*z"],
    ["x: output(1.0)", "y: variable(1.0)", "z: variable(2.0)", "r: 10.0"],
    "r",
    {
      ...{ outputs: ["p/op/x", "p/op/z"], range: [0.2, 20], time: 20, step: 0.01 },
    },
  ),
  own("decay", ["y' = -k*y"], ["y: output(1.0)", "k: 1.0"], "k", { outputs: ["p/op/y"], range: [0.1, 5], time: 10, step: 0.1 }),
  own("forced", ["y' = -k*(y - sin(2*t))", "z' = y - z"], ["y: output(1.0)", "z: variable(0.0)", "k: 1.0"], "k", {
    ...{ outputs: ["p/op/z"], range: [0.1, 20], time: 20, step: 0.02 },
  }),
  own("wave", ["x' = v", "v' = -w*w*x"], ["x: output(1.0)", "v: variable(0.0)", "w: 1.0"], "w", {
    ...{ outputs: ["p/op/x"], range: [0.3, 5], time: 30, step: 0.02 },
  }),
  own(
    "Morris-Lecar",
    ["V' = (I - 2*(V+60) - 4*0.5*(1+tanh((V+1.2)/18))*(V-120) - 8*w*(V+84))/20", "w' = 0.04*cosh((V-2)/60)*(0.5*(1+tanh((V-2)/30)) - w)"],
    ["V: output(-40.0)", "w: variable(0.1)", "I: 80.0"],
    "I",
    { outputs: ["p/op/V"], range: [20, 200], time: 300, step: 0.2 },
  ),
  own("stiff", ["x' = -a*(x-cos(t))", "y' = x - y"], ["x: output(0.5)", "y: variable(0.0)", "a: 100.0"], "a", {
    ...{ outputs: ["p/op/x", "p/op/y"], range: [10, 3000], time: 10, step: 0.002 },
  }),
  {
    ...{ name: "van der Pol", circuitTemplate: "model_templates.oscillators.vanderpol.vdp", outputs: ["p/vdp_op/x"] },
    ...{ key: ["vdp_op/mu", "p"], range: [-0.5, 4], time: 60, step: 0.05 },
  },
  {
    ...{ name: "JRC2", circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2" },
    ...{ outputs: ["jrc/jrc_op/V_e", "jrc/jrc_op/V_e - jrc/jrc_op/V_i"], key: ["jrc_op/c", "jrc"], range: [20, 400], time: 2, step: 1e-3 },
  },
  {
    ...{ name: "qif", circuitTemplate: "model_templates.neural_mass_models.qif.qif", outputs: ["p/qif_op/r", "p/qif_op/v"] },
    ...{ key: ["qif_op/eta", "p"], range: [-8, 3], time: 30, step: 0.005 },
  },
];

const fixedSolvers = ["euler", "heun", "midpoint", "rk4", "rk5"] as const;
const adaptiveSolvers = ["rk23", "rk45", "dop853", "rodas4"] as const;
const MOST_SAMPLES = 20_000;

export type RandomSweep = Pick<
  GridSearchOptions,
  "circuitTemplate" | "paramGrid" | "paramMap" | "simulationTime" | "stepSize" | "samplingStepSize" | "cutoff" | "outputs"
> & { name: string; solver: NonNullable<GridSearchOptions["solver"]> };

/** A sweep over four values of a random model, by a random solver. */
export function randomSweep(seed: number): RandomSweep {
  const random = randomNumbers(seed);
  const { within } = draws(random);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)];
  const { name, circuitTemplate, outputs, key, range, time, step } = random() < 0.3 ? unknownModel(seed, random()) : pick(models);
  const solver: SolverName = pick([...fixedSolvers, ...adaptiveSolvers]);
  const rtol = pick([1e-3, 1e-4, 1e-6, 1e-6, 1e-8]);
  const isAdaptive = adaptiveSolvers.some((each) => each === solver);
  const stepSize = step * 2 ** -Math.floor(within(0, 5)) * (random() < 0.3 ? 1 : 0.7);
  const samplingSteps = 1 + Math.floor(within(0, 3));
  const wanted = Math.ceil(Math.max(40, (time * within(0.5, 2)) / (samplingSteps * stepSize)));
  const samples = Math.min(wanted, MOST_SAMPLES);
  const samplingStepSize = samplingSteps * stepSize;
  return {
    name: `${seed}: ${name}, ${solver}${isAdaptive ? ` at rtol ${rtol}` : `, step ${stepSize}`}`,
    ...{ circuitTemplate, stepSize, samplingStepSize, simulationTime: samples * samplingStepSize },
    cutoff: random() < 0.5 ? 0 : Math.floor(samples * within(0.2, 0.7)) * samplingStepSize,
    paramGrid: { q: Array.from({ length: 4 }, () => within(...range)) },
    paramMap: { q: { vars: [key[0]], nodes: [key[1]] } },
    outputs: Object.fromEntries(outputs.map((output, i) => [`y${i}`, output])),
    solver: isAdaptive ? { name: solver, rtol, atol: rtol * 1e-3 } : solver,
  };
}

function unknownModel(seed: number, chance: number): SweptModel {
  const { circuit, settling, fastest } = randomModel(seed, chance < 0.5 ? "rest" : "cycle");
  return {
    ...{ name: "a random model", circuitTemplate: circuit, outputs: ["p/op/x0", "p/op/x0 - p/op/x1"], key: ["op/q", "p"], range: [0, 0] },
    ...{ time: Math.min(10 * settling, 4000 / fastest), step: 0.2 / fastest },
  };
}
