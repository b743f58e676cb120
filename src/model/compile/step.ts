import type { ModelLayout } from "../model.ts";
import type { Graph } from "./graph.ts";
import type { Store } from "./stages.ts";
import { type Rounding, type Scalar, StepGraph } from "./step-graph.ts";
import { type Tableau, tableaus } from "./tableaus.ts";
import { type StageValues, Unrolled } from "./unroll.ts";

/** Noise on a state or an input (sweep/job.ts): its intensity is a row, or intensity number `computed` of the model. */
export interface NoiseTerm {
  kind: "state" | "input";
  row: number;
  computed: number | undefined;
}

/** What one step does beside the model's equations. */
export interface StepSpec {
  /** Name of the solver (sweep/solver.ts). */
  solver: string;
  rounding: Rounding;
  /** Rows of the inputs that are sampled. */
  sampled: readonly number[];
  noise: readonly NoiseTerm[];
  bounds: readonly { row: number; low: number; high: number }[];
  /** What a sample takes. */
  recorded: readonly { kind: "state" | "param" | "input" | "output"; row: number }[];
}

/** The equations of a model: values of its graph, and the rows that each is stored in. */
export interface StepSource {
  graph: Graph;
  layout: ModelLayout;
  derivatives: readonly Store[];
  /** Algebraic variables, those of expressions among them. */
  observed: readonly Store[];
  /** Intensities of noise. */
  intensities: readonly Store[];
  /** What history buffers hold of a step. */
  lines: readonly Store[];
}

/** One step as a graph. */
export interface Step {
  graph: StepGraph;
  /** Rows of parameters. */
  params: number;
  /** The states after the step. */
  states: number[];
  /** What a sample takes at the beginning of the step. */
  samples: number[];
  /** What history buffers take at the beginning of the step. */
  lines: number[];
}

/** Rows of stores, in their order. */
function rowsOf(stores: readonly Store[]): { value: number; of: number }[] {
  const rows: { value: number; of: number }[] = [];
  for (const { value, row, width } of stores) for (let i = 0; i < width; i++) rows[row + i] = { value, of: i };
  return rows;
}

/** Puts a step of a solver together: the operations of assembly/, in their order. */
export function stepOf(source: StepSource, spec: StepSpec): Step {
  return new StepMaker(source, spec).step();
}

type Slopes = readonly number[];

class StepMaker {
  readonly #source: StepSource;
  readonly #spec: StepSpec;
  readonly #graph: StepGraph;
  readonly #initial: number[];

  constructor(source: StepSource, spec: StepSpec) {
    this.#source = source;
    this.#spec = spec;
    this.#graph = new StepGraph(spec.rounding);
    this.#initial = source.layout.states.map((_, row) => this.#graph.leaf({ kind: "state", row }));
  }

  step(): Step {
    const { recorded } = this.#spec;
    const intensities = this.#intensitiesAt(this.#initial, 0, (row) => this.#input(row));
    const start = this.#stage(this.#initial, 0, intensities);
    const observed = rowsOf(this.#source.observed);
    const samples = recorded.map(({ kind, row }) => {
      if (kind === "state") return this.#initial[row];
      if (kind === "output") return start.unrolled.value(observed[row].value, observed[row].of);
      return kind === "param" ? this.#graph.leaf({ kind, row }) : start.values.input(row);
    });
    const lines = rowsOf(this.#source.lines).map(({ value, of }) => start.unrolled.value(value, of));
    const states = this.#clipped(this.#advanced(start.slopes(), intensities));
    return { graph: this.#graph, params: this.#source.layout.params.length, states, samples, lines };
  }

  #advanced(first: Slopes, intensities: readonly number[]): number[] {
    switch (this.#spec.solver) {
      case "euler-maruyama":
        return this.#diffused(this.#combined(this.#initial, { times: 1 }, [first], [1]), intensities);
      case "stochastic-heun":
        return this.#stochasticHeun(first, intensities);
      case "milstein":
        return this.#milstein(first, intensities);
      default:
        return this.#rungeKutta(tableaus[this.#spec.solver], first, intensities);
    }
  }

  #rungeKutta({ stages, end }: Tableau, first: Slopes, intensities: readonly number[]): number[] {
    const slopes = [first];
    for (const { c, scale, weights } of stages) {
      const states = this.#combined(this.#initial, scale, slopes, weights);
      slopes.push(this.#stage(states, c, intensities).slopes());
    }
    return this.#combined(this.#initial, end.scale, slopes, end.weights);
  }

  #stochasticHeun(first: Slopes, intensities: readonly number[]): number[] {
    const { noise } = this.#spec;
    const guess = this.#diffused(this.#combined(this.#initial, { times: 1 }, [first], [1]), intensities);
    // Inputs keep the noise of the step's beginning unless intensities change within it.
    const isComputed = noise.some(({ computed }) => computed !== undefined);
    const later = isComputed ? this.#intensitiesAt(guess, 1, (row) => this.#noisyInput(row, intensities)) : intensities;
    const second = this.#stage(guess, 1, later).slopes();
    const half = this.#graph.number(0.5);
    const mean = intensities.map((g, term) => this.#graph.mul(half, this.#graph.add(g, later[term])));
    return this.#diffused(this.#combined(this.#initial, { times: 0.5 }, [first, second], [1, 1]), mean);
  }

  #milstein(first: Slopes, intensities: readonly number[]): number[] {
    const graph = this.#graph;
    const { noise } = this.#spec;
    const states = this.#diffused(this.#combined(this.#initial, { times: 1 }, [first], [1]), intensities);
    if (noise.every(({ computed }) => computed === undefined)) return states;
    const support = this.#combined(this.#initial, { times: 1 }, [first], [1]);
    const root = graph.leaf({ kind: "scalar", of: { root: true } });
    noise.forEach(({ row }, term) => {
      support[row] = graph.add(support[row], graph.mul(root, intensities[term]));
    });
    const later = this.#intensitiesAt(support, 0, (row) => this.#noisyInput(row, intensities));
    const scale = graph.leaf({ kind: "scalar", of: { halfOverRoot: true } });
    const h = graph.leaf({ kind: "scalar", of: { times: 1 } });
    noise.forEach(({ row }, term) => {
      const dW = graph.leaf({ kind: "increment", term });
      const slope = graph.mul(scale, graph.sub(later[term], intensities[term]));
      states[row] = graph.add(states[row], graph.mul(slope, graph.sub(graph.mul(dW, dW), h)));
    });
    return states;
  }

  /** y + scale (w1 k1 + w2 k2 + ...). */
  #combined(states: readonly number[], of: Scalar, slopes: readonly Slopes[], weights: readonly number[]): number[] {
    const graph = this.#graph;
    const scale = graph.leaf({ kind: "scalar", of });
    return states.map((state, row) => {
      let sum: number | undefined;
      weights.forEach((weight, i) => {
        if (weight === 0) return;
        const slope = slopes[i][row];
        const term = weight === 1 ? slope : graph.mul(graph.number(weight), slope);
        sum = sum === undefined ? term : graph.add(sum, term);
      });
      return sum === undefined ? state : graph.add(state, graph.mul(scale, sum));
    });
  }

  /** y + g dW for noisy states. */
  #diffused(states: readonly number[], intensities: readonly number[]): number[] {
    const graph = this.#graph;
    const diffused = [...states];
    this.#spec.noise.forEach(({ kind, row }, term) => {
      if (kind === "state") diffused[row] = graph.add(diffused[row], graph.mul(intensities[term], graph.leaf({ kind: "increment", term })));
    });
    return diffused;
  }

  #clipped(states: readonly number[]): number[] {
    const graph = this.#graph;
    const clipped = [...states];
    for (const { row, low, high } of this.#spec.bounds) {
      const value = clipped[row];
      const within = graph.op("pmin", [graph.op("pmax", [value, graph.number(low)]), graph.number(high)]);
      const finite = graph.mask("eq", graph.sub(value, value), graph.number(0));
      clipped[row] = graph.op("bitselect", [within, value, finite]);
    }
    return clipped;
  }

  /** An input without noise. */
  #input(row: number): number {
    const source = this.#spec.sampled.indexOf(row);
    return this.#graph.leaf(source < 0 ? { kind: "input", row } : { kind: "sample", source });
  }

  #noisyInput(row: number, intensities: readonly number[]): number {
    const graph = this.#graph;
    const term = this.#spec.noise.findIndex((each) => each.kind === "input" && each.row === row);
    if (term < 0) return this.#input(row);
    const increment = graph.leaf({ kind: "increment", term });
    const white = graph.op("div", [graph.mul(intensities[term], increment), graph.leaf({ kind: "scalar", of: { times: 1 } })]);
    return graph.add(graph.leaf({ kind: "base", term }), white);
  }

  /** The intensity of each noise term at some states. */
  #intensitiesAt(states: readonly number[], c: number, input: (row: number) => number): number[] {
    const { noise } = this.#spec;
    const rows = rowsOf(this.#source.intensities);
    const unrolled = new Unrolled(this.#source.graph, this.#graph, this.#values(states, c, input));
    return noise.map(({ computed }, term) => {
      if (computed === undefined) return this.#graph.leaf({ kind: "intensity", term });
      return unrolled.value(rows[computed].value, rows[computed].of);
    });
  }

  #values(states: readonly number[], c: number, input: (row: number) => number): StageValues {
    const graph = this.#graph;
    return {
      state: (row) => states[row],
      param: (row) => graph.leaf({ kind: "param", row }),
      input,
      delayed: (row) => graph.leaf({ kind: "delayed", row, c }),
      time: () => graph.leaf({ kind: "time", c }),
    };
  }

  /** The model at some states, c steps behind the step's beginning. */
  #stage(states: readonly number[], c: number, intensities: readonly number[]) {
    const values = this.#values(states, c, (row) => this.#noisyInput(row, intensities));
    const unrolled = new Unrolled(this.#source.graph, this.#graph, values);
    const slopes = () => rowsOf(this.#source.derivatives).map(({ value, of }) => unrolled.value(value, of));
    return { values, unrolled, slopes };
  }
}
