// What tests of models that are written from papers measure: where they rest, and whether rhythms grow or die there.
import { expect } from "vitest";
import { describeModel, simulate } from "../../src/index.ts";
import type { Equations } from "../../src/model/equation/equations.ts";
import { equationsOf } from "./bundled.ts";
import { type Complex, eigenvalues, type Flow, jacobian, rest } from "./dynamics.ts";
import { rightHandSide } from "./oracle.ts";

/** Values of parameters, inputs and starts, by their names in the model's one operator. */
export type Values = Readonly<Record<string, number>>;

/** A bundled circuit of one node and one operator. */
export class PublishedModel {
  readonly path: string;
  readonly #prefix: string;
  #equations: Equations | undefined;

  constructor(file: string, circuit = file) {
    this.path = `model_templates.neural_mass_models.${file}.${circuit}`;
    this.#prefix = `p/${circuit}_op/`;
  }

  pathOf(name: string): string {
    return this.#prefix + name;
  }

  paths(values: Values): Record<string, number> {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [this.pathOf(name), value]));
  }

  /** The value that the template gives a variable. */
  default(name: string): number {
    const found = describeModel(this.path).variables.find(({ path }) => path === this.pathOf(name));
    if (found?.value === undefined) throw new Error(`${this.path} has no ${name}`);
    return Number(found.value);
  }

  /** Traces of some variables, or expressions of whole paths, at `samples` times. */
  async run(names: readonly string[], { time, samples, values = {} }: { time: number; samples: number; values?: Values }) {
    const table = await simulate({
      circuitTemplate: this.path,
      params: this.paths(values),
      ...{ simulationTime: time, stepSize: time / samples, solver: { name: "dop853", rtol: 1e-11, atol: 1e-12 } },
      outputs: Object.fromEntries(names.map((name, i) => [`o${i}`, name.includes("/") ? name : this.pathOf(name)])),
    });
    return names.map((_, i) => Array.from(table.getChild(`o${i}`) ?? [], Number));
  }

  flow(values: Values = {}): Flow {
    this.#equations ??= equationsOf(this.path);
    return rightHandSide(this.#equations, this.paths(values));
  }

  /** States at rest near a guess of some of them; the others are guessed 0. */
  rest(guess: Values, values: Values = {}): number[] {
    const first = equationsOf(this.path).states.map(({ path }) => guess[path.slice(this.#prefix.length)] ?? 0);
    return rest(this.flow(values), first);
  }

  /** Eigenvalues at a state, the one with the largest real part first. */
  eigenvalues(state: readonly number[], values: Values = {}): Complex[] {
    return eigenvalues(jacobian(this.flow(values), state));
  }
}

/** Mean frequency of a trace: of its upward passages through its mean, placed between samples. */
export function frequency(trace: readonly number[], spacing: number): number {
  const mean = trace.reduce((sum, value) => sum + value, 0) / trace.length;
  const found: number[] = [];
  for (let k = 0; k + 1 < trace.length; k++) {
    const [a, b] = [trace[k] - mean, trace[k + 1] - mean];
    if (a < 0 && b >= 0) found.push((k + a / (a - b)) * spacing);
  }
  return (found.length - 1) / (found[found.length - 1] - found[0]);
}

/** A number of a paper that the defaults give within a bound, and that a change of one of some parameters by 5 % does not. */
export interface Known {
  known: number;
  bound: number;
  measure: (values: Values) => number | Promise<number>;
  /** Values that the number is of, where these are not the defaults. */
  values?: Values;
  breaks: readonly string[];
}

export async function holds(model: PublishedModel, { known, bound, measure, values = {}, breaks }: Known): Promise<void> {
  expect(Math.abs((await measure(values)) - known), "with the defaults").toBeLessThan(bound);
  for (const name of breaks) {
    const changed = { ...values, [name]: 1.05 * (values[name] ?? model.default(name)) };
    // What is no number any more is not near the known one either.
    expect(Math.abs((await measure(changed)) - known) < bound, `with ${name} × 1.05`).toBe(false);
  }
}
