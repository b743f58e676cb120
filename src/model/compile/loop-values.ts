import type { Code } from "./code.ts";
import { isInstruction } from "./instructions.ts";
import { LOOP_ARGUMENTS, type LoopFrame, SCRATCH, ZEROS } from "./loop-frame.ts";
import { PAIR } from "./loop-lanes.ts";
import { LoopReads } from "./loop-reads.ts";
import type { Step } from "./step.ts";
import { needed, type Variation } from "./step-classes.ts";
import { circular, DEMOTE, isCircular, type Leaf, type Scalar, type StepNode } from "./step-graph.ts";

/** What is the same in all lanes of a sweep. */
interface Shared {
  inputs: readonly { shared: boolean }[];
  paths: readonly { shared: boolean }[];
}

/** Puts values of a step into locals, for some vectors of lanes at a turn, or on the stack. */
export class LoopValues {
  readonly #step: Step;
  readonly #nodes: readonly StepNode[];
  readonly #variations: readonly Variation[];
  readonly #shared: Shared;
  readonly #frame: LoopFrame;
  readonly #code: Code;
  readonly #reads: LoopReads;
  /** Locals of values that are the same in all lanes. */
  readonly #single = new Map<number, number>();
  /** Places in scratch of values that are the same in all steps. */
  readonly #places = new Map<number, number>();
  /** For each vector of the turn, locals of its values. */
  #locals: Map<number, number>[] = [];
  /** Locals of vectors, taken anew by each turn. */
  readonly #pool: number[] = [];
  #taken = 0;

  /** Vectors of the largest turn, and the place behind what the frame has of scratch. */
  readonly #most: number;
  readonly #firstPlace: number;

  constructor(step: Step, variations: readonly Variation[], shared: Shared & { vectors: number }, frame: LoopFrame) {
    this.#step = step;
    this.#nodes = step.graph.nodes;
    this.#variations = variations;
    this.#shared = shared;
    this.#frame = frame;
    this.#code = frame.code;
    this.#reads = new LoopReads(frame);
    this.#most = shared.vectors;
    this.#firstPlace = ZEROS + shared.vectors * frame.lanes.pairs;
  }

  get vectors(): number {
    return this.#locals.length;
  }

  /** Vectors of scratch. */
  get scratch(): number {
    return this.#firstPlace + this.#places.size * this.#most;
  }

  /** Gives values that are the same in all steps their places in scratch. */
  place(values: readonly number[]): void {
    for (const value of values) this.#places.set(value, this.#places.size);
  }

  /** Begins a turn. */
  begin(vectors: number): void {
    this.#taken = 0;
    this.#locals = Array.from({ length: vectors }, () => new Map<number, number>());
  }

  /** A local of the turn. */
  vector(): number {
    if (this.#taken === this.#pool.length) this.#pool.push(this.#code.local("v128"));
    return this.#pool[this.#taken++];
  }

  /** Does something whose locals nothing after it needs. */
  apart(work: () => void): void {
    const before = { taken: this.#taken, locals: this.#locals.map((locals) => new Map(locals)) };
    work();
    this.#taken = before.taken;
    this.#locals = before.locals;
  }

  /** Says in which locals a value is, one a vector. */
  keep(value: number, locals: readonly number[]): void {
    for (const [k, local] of locals.entries()) this.#locals[k].set(value, local);
  }

  /** Computes a value that is the same in all lanes into a local of its own. */
  setSingle(value: number): void {
    this.leave(value, 0, true);
    const local = this.#single.get(value) ?? this.#code.local("v128");
    this.#single.set(value, local);
    this.#code.set(local);
  }

  /** Computes a value of all vectors into locals. */
  setLocals(value: number): void {
    const node = this.#nodes[value];
    if (node.kind === "leaf" && node.leaf.kind === "delayed") this.#reads.locate(value, node.leaf.row, node.leaf.c);
    for (let k = 0; k < this.vectors; k++) {
      this.leave(value, k, true);
      const local = this.vector();
      this.#code.set(local);
      this.#locals[k].set(value, local);
    }
  }

  /** Computes what is the same in all steps, and puts what else is used into scratch. */
  setPlaces(still: readonly number[]): void {
    this.apart(() => {
      for (const value of still) this.setLocals(value);
      for (const [value, place] of this.#places) {
        for (let k = 0; k < this.vectors; k++) {
          this.#code.get(SCRATCH);
          this.leave(value, k);
          this.#code.store((this.#firstPlace + place * this.vectors + k) * PAIR);
        }
      }
    });
  }

  /** Computes values, and all that they need and that is used more than once, into locals: one after the other, each for all vectors. */
  compute(roots: readonly number[]): void {
    const uses = new Map<number, number>();
    const isOwn = (value: number) => this.#variations[value] === "varying" && !this.#locals[0].has(value);
    const values = needed(this.#step.graph, roots, (value) => !isOwn(value)).filter(isOwn);
    const use = (value: number, times = 1) => uses.set(value, (uses.get(value) ?? 0) + times);
    for (const value of values) {
      const node = this.#nodes[value];
      if (node.kind === "op") for (const arg of node.args) use(arg);
    }
    for (const root of roots) use(root, 2);
    const isRead = (node: StepNode) => node.kind === "leaf" && node.leaf.kind === "delayed";
    for (const value of values) if ((uses.get(value) ?? 0) > 1 || isRead(this.#nodes[value])) this.setLocals(value);
  }

  /** Leaves a value of vector k on the stack: from where it is, or computed `anew`. Values may be computed from each other deeper than calls can be. */
  leave(root: number, k: number, anew = false): void {
    const left = [{ value: root, isReady: false }];
    let isFirst = anew;
    for (let next = left.pop(); next; next = left.pop()) {
      const { value, isReady } = next;
      const node = this.#nodes[value];
      if (isReady) this.#instruction(node);
      else if (!isFirst && this.#stored(value, k)) continue;
      else if (node.kind === "op") {
        left.push({ value, isReady: true });
        for (const arg of [...node.args].reverse()) left.push({ value: arg, isReady: false });
      } else this.#given(value, node, k);
      isFirst = false;
    }
  }

  #instruction(node: StepNode): void {
    if (node.kind !== "op") return;
    if (node.shift !== undefined) this.#code.shift(node.op, node.shift);
    else if (isCircular(node.op)) this.#circular(node.op);
    else if (this.#frame.lanes.convert(node.op)) return;
    else if (isInstruction(node.op)) this.#code.do(node.op);
    else throw new Error(`the compiler has no instruction ${node.op}`);
  }

  /** Leaves sin, cos or tan, over what is on the stack: the value of near arguments, where they are far, and the arguments. Those that are far are rare: a function is called for them. */
  #circular(name: (typeof circular)[number]): void {
    const code = this.#code;
    const { near, isFar, x } = this.#frame.circular;
    code.set(x).set(isFar).set(near);
    code.get(isFar).do("any_true");
    code.choose(
      "v128",
      () => {
        code.get(SCRATCH).get(x).store();
        code.get(SCRATCH).int(PAIR).int(0).call(circular.indexOf(name), LOOP_ARGUMENTS);
        code.get(SCRATCH).load("v128.load").get(near).get(isFar).do("bitselect");
      },
      () => code.get(near),
    );
  }

  /** Leaves a value that is in a local or in scratch. */
  #stored(value: number, k: number): boolean {
    const local = this.#locals[k]?.get(value) ?? this.#single.get(value);
    const place = this.#places.get(value);
    if (local !== undefined) this.#code.get(local);
    else if (place !== undefined) this.#code.get(SCRATCH).load("v128.load", (this.#firstPlace + place * this.vectors + k) * PAIR);
    else return false;
    return true;
  }

  /** Leaves what no instruction computes. */
  #given(value: number, node: Exclude<StepNode, { kind: "op" }>, k: number): void {
    if (node.kind === "bits") this.#code.bits(node.low, node.high);
    else if (node.kind === "number") this.#code.constant(node.value);
    else this.#leaf(value, node.leaf, k);
  }

  #leaf(value: number, leaf: Leaf, k: number): void {
    const frame = this.#frame;
    switch (leaf.kind) {
      case "scalar":
        this.#scalar(leaf.of);
        frame.lanes.splat();
        break;
      case "param":
        this.#row(frame.field("p"), leaf.row, k);
        break;
      case "input":
        this.#row(frame.field("p"), this.#step.params + leaf.row, k);
        break;
      case "intensity":
        this.#row(frame.term(leaf.term, "atStart"), 0, k);
        break;
      case "base":
        this.#row(frame.term(leaf.term, "base"), 0, k);
        break;
      case "sample":
        this.#sample(this.#shared.inputs[leaf.source], frame.inputs[leaf.source].address, k);
        break;
      case "increment":
        this.#sample(this.#shared.paths[leaf.term], frame.increments[leaf.term], k);
        break;
      case "time":
        this.#time(leaf.c);
        break;
      case "delayed":
        this.#delayed(value, leaf, k);
        break;
      default:
        throw new Error("the compiler has no local for a state");
    }
  }

  /** Leaves vector k of a row, whose first address is on the stack. */
  #row(base: Code, row: number, k: number): void {
    const { rowBytes, offset } = this.#frame;
    base.get(rowBytes).int(row).do("i32.mul").do("i32.add").get(offset).do("i32.add");
    this.#frame.lanes.load(k * this.#frame.lanes.bytes);
  }

  #delayed(value: number, leaf: { row: number; c: number }, k: number): void {
    const { lanes } = this.#frame;
    const scratch = this.vector();
    for (let pair = 0; pair < lanes.pairs; pair++) this.#reads.read(value, leaf, k * lanes.bytes + pair * PAIR, scratch);
    if (lanes.pairs > 1) lanes.convert(DEMOTE);
    this.#taken--;
  }

  #sample({ shared }: { shared: boolean }, address: number, k: number): void {
    const { lanes } = this.#frame;
    this.#code.get(address);
    if (!shared) lanes.load(k * lanes.bytes);
    else if (lanes.pairs === 1) this.#code.load("v128.load64_splat");
    else {
      this.#code.load("f64.load");
      lanes.splat();
    }
  }

  #time(c: number): void {
    const { now, h } = this.#frame;
    this.#code.get(now).do("f64.convert_i32_s").get(h).do("f64.mul");
    if (c !== 0) this.#code.number(c).get(h).do("f64.mul").do("f64.add");
    this.#frame.lanes.splat();
  }

  #scalar(of: Scalar): void {
    const code = this.#code;
    const { h } = this.#frame;
    if ("times" in of) {
      code.get(h);
      if (of.times !== 1) code.number(of.times).do("f64.mul");
    } else if ("over" in of) code.get(h).number(of.over).do("f64.div");
    else if ("root" in of) code.get(h).do("f64.sqrt");
    else code.number(0.5).get(h).do("f64.sqrt").do("f64.div");
  }
}
