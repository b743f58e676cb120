import type { Code } from "./code.ts";
import { LANE, LoopFrame, type LoopSpec, STEPS, type Structs } from "./loop-frame.ts";
import { PAIR } from "./loop-lanes.ts";
import { LoopValues } from "./loop-values.ts";
import type { Step } from "./step.ts";
import { needed, type Variation, variations } from "./step-classes.ts";

// A fused loop: all steps of a chunk for a few vectors of lanes, then for the next few. States stay in locals; what is the same in all steps is
// computed once for the pairs and stands in scratch. It reads the block that the solvers of assembly/ read, and leaves the same states,
// samples and history.

/** The body of a loop's function, and the vectors of scratch that it needs. */
export interface EmittedLoop {
  body: number[];
  scratch: number;
}

/** How often each value of a step changes. */
export function variationsOf({ graph }: Step, { inputs, paths }: Pick<LoopSpec, "inputs" | "paths">): Variation[] {
  return variations(graph, { sample: (i) => inputs[i].shared, increment: (i) => paths[i].shared });
}

/** Emits the loop. */
export function emitLoop(step: Step, spec: LoopSpec, structs: Structs): EmittedLoop {
  return new LoopEmitter(step, spec, structs).emit();
}

/** Values of a loop by how often they change. */
interface Values {
  still: readonly number[];
  uniform: readonly number[];
}

class LoopEmitter {
  readonly #step: Step;
  readonly #spec: LoopSpec;
  readonly #frame: LoopFrame;
  readonly #code: Code;
  readonly #values: LoopValues;
  readonly #variations: readonly Variation[];

  constructor(step: Step, spec: LoopSpec, structs: Structs) {
    this.#step = step;
    this.#spec = spec;
    this.#variations = variationsOf(step, spec);
    this.#frame = new LoopFrame(spec, structs);
    this.#code = this.#frame.code;
    this.#values = new LoopValues(step, this.#variations, spec, this.#frame);
  }

  emit(): EmittedLoop {
    const code = this.#code;
    const { offset, rowBytes } = this.#frame;
    const { states, lines, samples, graph } = this.#step;
    const roots = [...states, ...lines, ...samples];
    const all = needed(graph, roots);
    const of = (variation: Variation) => all.filter((value) => this.#variations[value] === variation);
    this.#values.place(this.#stillUsed(all, roots));
    this.#frame.begin();
    this.#frame.clear(this.#spec.vectors);
    for (const value of of("fixed")) this.#values.setSingle(value);
    const values = { still: of("still"), uniform: of("uniform") };
    const { vectors } = this.#spec;
    const { bytes } = this.#frame.lanes;
    const fits = (count: number) =>
      code
        .get(offset)
        .int(count * bytes)
        .do("i32.add")
        .get(rowBytes)
        .do("i32.le_u");
    for (const count of vectors > 1 ? [vectors, 1] : [1]) {
      fits(count);
      code.when(() =>
        code.loop(() => {
          this.#turn(count, values);
          code
            .get(offset)
            .int(count * bytes)
            .do("i32.add")
            .set(offset);
          fits(count);
        }),
      );
    }
    return { body: code.body(), scratch: this.#values.scratch };
  }

  /** Values that are the same in all steps and that something else uses. */
  #stillUsed(all: readonly number[], roots: readonly number[]): number[] {
    const isStill = (value: number) => this.#variations[value] === "still";
    const found = new Set(roots.filter(isStill));
    for (const value of all) {
      const node = this.#step.graph.nodes[value];
      if (node.kind === "op" && !isStill(value)) for (const arg of node.args) if (isStill(arg)) found.add(arg);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** All steps of some vectors of lanes. */
  #turn(vectors: number, { still, uniform }: Values): void {
    const code = this.#code;
    const values = this.#values;
    values.begin(vectors);
    values.setPlaces(still);
    const states = this.#step.states.map(() => Array.from({ length: vectors }, () => values.vector()));
    const { lanes, pointer } = this.#frame;
    this.#eachState(states, (local, k) => {
      code.get(pointer);
      lanes.load(k * lanes.bytes);
      code.set(local);
    });
    this.#start();
    code.loop(() => {
      for (const value of uniform) values.setSingle(value);
      values.apart(() => {
        this.#step.graph.nodes.forEach((node, value) => {
          if (node.kind === "leaf" && node.leaf.kind === "state") values.keep(value, states[node.leaf.row]);
        });
        this.#sample();
        this.#history();
        this.#advance(states);
      });
      this.#next();
      code.get(this.#frame.left).int(1).do("i32.sub").tee(this.#frame.left);
    });
    this.#eachState(states, (local, k) => lanes.store(pointer, local, k * lanes.bytes));
  }

  /** Does something with each state's local of each vector, the pointer on its row. */
  #eachState(states: readonly number[][], work: (local: number, k: number) => void): void {
    const { offset, pointer } = this.#frame;
    this.#code.get(offset);
    this.#frame.field("y").do("i32.add").set(pointer);
    for (const locals of states) {
      locals.forEach(work);
      this.#frame.nextRow();
    }
  }

  /** Sets pointers and counters to the first step. */
  #start(): void {
    const code = this.#code;
    const frame = this.#frame;
    const own = (shared: boolean, local: number) => {
      if (!shared) code.get(frame.offset).do("i32.add");
      code.set(local);
    };
    this.#spec.inputs.forEach(({ shared, held }, i) => {
      const { address, left } = frame.inputs[i];
      frame.item("inputs", i, "sample");
      own(shared, address);
      if (held) frame.item("inputs", i, "stepsLeft").set(left);
    });
    this.#spec.paths.forEach(({ shared }, i) => {
      frame.term(i, "increment");
      own(shared, frame.increments[i]);
    });
    code.get(STEPS).set(frame.left);
    frame.field("step").set(frame.now);
    frame.field("window").get(frame.offset).do("i32.add").set(frame.window);
    frame.field("stepsToSample").set(frame.countdown);
  }

  /** Goes on to the inputs and the noise of the next step. */
  #next(): void {
    const code = this.#code;
    const frame = this.#frame;
    const forward = (shared: boolean, local: number) => {
      code.get(local);
      if (shared) code.int(LANE);
      else code.get(frame.rowBytes);
      code.do("i32.add").set(local);
    };
    this.#spec.inputs.forEach(({ shared, held }, i) => {
      const { address, left } = frame.inputs[i];
      if (held) {
        code.get(left).int(1).do("i32.sub").tee(left).do("i32.eqz");
        code.when(() => {
          forward(shared, address);
          frame.item("inputs", i, "holdSteps").set(left);
        });
      } else forward(shared, address);
    });
    this.#spec.paths.forEach(({ shared }, i) => {
      forward(shared, frame.increments[i]);
    });
    code.get(frame.now).int(1).do("i32.add").set(frame.now);
  }

  /** Takes a sample where one is due. */
  #sample(): void {
    const code = this.#code;
    const values = this.#values;
    const { window, countdown, rowBytes, lanes } = this.#frame;
    const { samples } = this.#step;
    code.get(countdown).do("i32.eqz");
    code.when(() => {
      values.apart(() => {
        values.compute(samples);
        const [vector, pair] = [values.vector(), values.vector()];
        for (const value of samples) {
          for (let k = 0; k < values.vectors; k++) {
            values.leave(value, k);
            code.set(vector);
            for (let half = 0; half < lanes.pairs; half++) {
              code.get(window);
              lanes.pair(vector, half);
              this.#canonical(pair);
              code.store(k * lanes.bytes + half * PAIR);
            }
          }
          code.get(window).get(rowBytes).do("i32.add").set(window);
        }
      });
      this.#frame.field("samplingSteps").set(countdown);
    });
    code.get(countdown).int(1).do("i32.sub").set(countdown);
  }

  /** Makes a NaN the canonical one, so that no engine's payload reaches a result. */
  #canonical(local: number): void {
    const code = this.#code.tee(local).number(Number.NaN).do("f64x2.splat");
    code.get(local).get(local).do("f64x2.eq").do("bitselect");
  }

  /** Writes what is remembered of the step's beginning to its slot. */
  #history(): void {
    const code = this.#code;
    const { now, offset, pointer, lanes } = this.#frame;
    const { lines } = this.#step;
    if (lines.length === 0) return;
    this.#values.compute(lines);
    const vector = this.#values.vector();
    code.get(now);
    this.#frame.slot().get(offset).do("i32.add").set(pointer);
    for (const value of lines) {
      for (let k = 0; k < this.#values.vectors; k++) {
        this.#values.leave(value, k);
        code.set(vector);
        lanes.store(pointer, vector, k * lanes.bytes);
      }
      this.#frame.nextRow();
    }
  }

  /** Computes the next states and puts them in the place of the present ones. */
  #advance(states: readonly number[][]): void {
    const next = this.#step.states;
    this.#values.compute(next);
    // A state may be another's next value: all are known before the first is replaced.
    for (const value of next) for (let k = 0; k < this.#values.vectors; k++) this.#values.leave(value, k);
    for (const locals of [...states].reverse()) for (const local of [...locals].reverse()) this.#code.set(local);
  }
}
