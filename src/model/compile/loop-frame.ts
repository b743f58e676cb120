import { Code } from "./code.ts";
import { LoopLanes, PAIR } from "./loop-lanes.ts";
import type { StepSpec } from "./step.ts";

/** Where each field of a struct stands. */
interface Struct {
  readonly size: number;
  readonly fields: Readonly<Record<string, { readonly at: number }>>;
}

/** The structs of assembly/ that a loop reads. */
export interface Structs {
  Block: Struct;
  InputSource: Struct;
  NoiseTerm: Struct;
  WienerNoise: Struct;
  DelayedValue: Struct;
}

/** What a loop must know of a sweep beside its step. */
export interface LoopSpec extends StepSpec {
  /** For each sampled input, whether all lanes share its samples, and whether a sample lasts longer than a step. */
  inputs: readonly { shared: boolean; held: boolean }[];
  /** For each noise term, whether all lanes share its path. */
  paths: readonly { shared: boolean }[];
  /** Vectors of lanes of a turn. */
  vectors: number;
}

/** Bytes of a lane. */
export const LANE = 8;
/** Arguments of a loop: addresses of the block and of scratch, whose first vectors are one to call functions with and zeros of a turn, and the steps. */
export const BLOCK = 0;
export const SCRATCH = 1;
export const STEPS = 2;
export const LOOP_ARGUMENTS = 3;
/** The vector of scratch from which those of a turn are zeros. */
export const ZEROS = 1;

/** The code of a loop, its counters and pointers, and how it reads the block. */
export class LoopFrame {
  readonly code = new Code(["i32", "i32", "i32"]);
  readonly lanes: LoopLanes;
  readonly structs: Structs;
  /** Bytes from the first lane to those of the turn, and of a row. */
  readonly offset = this.code.local("i32");
  readonly rowBytes = this.code.local("i32");
  readonly pointer = this.code.local("i32");
  /** Steps left, and the number of the present one. */
  readonly left = this.code.local("i32");
  readonly now = this.code.local("i32");
  /** Where the next sample goes, and the steps until then. */
  readonly window = this.code.local("i32");
  readonly countdown = this.code.local("i32");
  /** Of sin, cos or tan: values of near arguments, where arguments are far, and these. */
  readonly circular = { near: this.code.local("v128"), isFar: this.code.local("v128"), x: this.code.local("v128") };
  readonly h = this.code.local("f64");
  /** For each sampled input, its present sample and the steps that this lasts. */
  readonly inputs: readonly { address: number; left: number }[];
  /** For each noise term, its present increment. */
  readonly increments: readonly number[];

  constructor({ inputs, paths, rounding }: LoopSpec, structs: Structs) {
    this.lanes = new LoopLanes(this.code, rounding);
    this.structs = structs;
    this.inputs = inputs.map(() => ({ address: this.code.local("i32"), left: this.code.local("i32") }));
    this.increments = paths.map(() => this.code.local("i32"));
  }

  /** Sets what never changes. */
  begin(): void {
    this.field("n");
    this.code.int(3).do("i32.shl").set(this.rowBytes);
    this.code.get(BLOCK).load("f64.load", this.structs.Block.fields.h.at).set(this.h);
  }

  /** Makes the zeros of turns of so many vectors: what stood in scratch may be of another block. */
  clear(vectors: number): void {
    for (let k = 0; k < vectors * this.lanes.pairs; k++)
      this.code
        .get(SCRATCH)
        .constant(0)
        .store((ZEROS + k) * PAIR);
  }

  /** Leaves a field of the block. */
  field(name: string): Code {
    return this.code.get(BLOCK).load("i32.load", this.structs.Block.fields[name].at);
  }

  /** Leaves a field of item `i` of structs that lie side by side. */
  item(list: "inputs" | "delayed", i: number, name: string): Code {
    const { size, fields } = this.structs[list === "inputs" ? "InputSource" : "DelayedValue"];
    return this.field(list).load("i32.load", i * size + fields[name].at);
  }

  /** Leaves a field of noise term `i`. */
  term(i: number, name: string): Code {
    const { WienerNoise, NoiseTerm } = this.structs;
    const terms = this.field("wiener").load("i32.load", WienerNoise.fields.terms.at);
    return terms.load("i32.load", i * NoiseTerm.size + NoiseTerm.fields[name].at);
  }

  /** Makes the address of a step's slot of the history of the number of the step. */
  slot(): Code {
    this.field("mask").do("i32.and");
    this.field("slotBytes").do("i32.mul");
    return this.field("history").do("i32.add");
  }

  /** Puts the pointer on the next row. */
  nextRow(): void {
    this.code.get(this.pointer).get(this.rowBytes).do("i32.add").set(this.pointer);
  }
}
