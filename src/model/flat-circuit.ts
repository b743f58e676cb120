import { emitModel, type LoweredModel, lowerEquations } from "./compile/compile.ts";
import { compileField, type FieldModule, type FieldRequest } from "./compile/field.ts";
import type { VaryingInputs } from "./compile/jumps.ts";
import type { Algebraic, Equations } from "./equation/equations.ts";
import type { Expression } from "./equation/tree.ts";
import { locating } from "./locating.ts";
import type { Model } from "./model.ts";
import type { VariedDelays } from "./template/edges.ts";
import { flatten } from "./template/flatten.ts";
import type { CircuitTemplate } from "./template/template.ts";

/** What a sweep may change of a model beside its parameters. */
export interface Variant {
  /** Forms of the delays that the grid varies. */
  varied: VariedDelays;
  /** Further algebraic variables, for outputs that are expressions. */
  expressions: readonly Algebraic[];
  /** Intensities of noise, which the model's `diffuse` computes. */
  intensities: readonly Expression[];
  /** Whether its module is to have derivatives of the right-hand side. */
  jacobian?: boolean;
  /** Whether deviations from its path are to be followed, in states behind its own. */
  tangent?: boolean;
  /** Whether its module is to compute one lane alone, which pays where nodes share their equations. */
  isSingle?: boolean;
  /** Given where it is to be known when the right-hand side jumps: the inputs that change during a run. */
  jumps?: VaryingInputs;
}

/** A circuit, read, flattened and lowered when that is first needed. */
export class FlatCircuit {
  readonly #read: () => CircuitTemplate;
  readonly #varied: VariedDelays;
  #circuit: CircuitTemplate | undefined;
  #equations: Equations | undefined;
  /** The equations as they were checked, until the first variant takes them. */
  #lowered: LoweredModel | undefined;

  constructor(read: () => CircuitTemplate, varied: VariedDelays = new Map()) {
    this.#read = read;
    this.#varied = varied;
  }

  withDelays(varied: VariedDelays): FlatCircuit {
    return new FlatCircuit(() => this.circuit, varied);
  }

  get circuit(): CircuitTemplate {
    this.#circuit ??= this.#read();
    return this.#circuit;
  }

  get equations(): Equations {
    const { circuit } = this;
    this.#equations ??= locating(circuit, () => flatten(circuit, { varied: this.#varied }));
    return this.#equations;
  }

  get lowered(): LoweredModel {
    const { circuit, equations } = this;
    this.#lowered ??= locating(circuit, () => lowerEquations(equations));
    return this.#lowered;
  }

  /** Compiles a variant. What is added to a lowered model stays in it. */
  compile({ varied, ...additions }: Variant): Model {
    const { circuit } = this;
    if (varied.size > 0) return locating(circuit, () => emitModel(lowerEquations(flatten(circuit, { varied })), additions));
    const { lowered } = this;
    this.#lowered = undefined;
    return locating(circuit, () => emitModel(lowered, additions));
  }

  /** Compiles a vector field, in the same way. */
  compileField(request: FieldRequest): FieldModule {
    const { circuit, lowered } = this;
    this.#lowered = undefined;
    return locating(circuit, () => compileField(lowered, request));
  }
}
