import { append, groupBy } from "../../lists.ts";
import { Code } from "./code.ts";
import { Constants } from "./constants.ts";
import { isComparison, type Operation, operands, type PlainOperation } from "./graph.ts";
import { Pairs } from "./pairs.ts";
import { type CallGroup, type Schedule, type Stage, type Store, type SumCall, stagesOf } from "./stages.ts";
import { tableFor } from "./table.ts";
import type { Row, Task } from "./task.ts";

const PAIR_BYTES = 16;
/** Values of a loop up to which its turns take two pairs, as it becomes three times as long; and those of them that are kept in registers. */
const MOST_DOUBLED = 400;
const MOST_KEPT = 7;
/** Bytes of a lane, as a shift. */
const LANE_SHIFT = 3;

/** The body of one function, and how many scratch rows it needs. */
export function emit(task: Task): { body: number[]; scratch: number } {
  const roots = task.stores.map(({ value }) => value);
  const schedule = stagesOf(task.graph, roots, task);
  const emitter = new Emitter(task, schedule);
  for (const stage of schedule.stages) {
    emitter.loops(stage.stores, "p", task.scratch);
    for (const group of stage.calls) emitter.call(group);
    for (const sum of stage.sums) emitter.sum(sum);
    for (const chain of stage.chains) emitter.chain(chain);
  }
  const { operations } = task.graph;
  const looped = task.stores.filter(({ value }) => operations[value].kind !== "stages");
  emitter.loops(looped, task.out, 0);
  return { body: emitter.finish(), scratch: schedule.rows };
}

/** Puts together one function: pointers to rows first, then loops and calls. */
class Emitter {
  readonly #task: Task;
  readonly #schedule: Schedule;
  readonly #code: Code;
  readonly #main: Code;
  /** Base and row → the local that holds its address. */
  readonly #pointers = new Map<string, number>();
  readonly #constants: Constants;
  readonly #offset: number;
  readonly #stride: number;
  /** Locals of the pairs of lanes of one turn, taken anew by each loop. */
  readonly #pairs: number[][] = [[], []];
  /** Bytes from the pair at the offset to the one that is computed. */
  #ahead = 0;
  /** Whether what is computed is half a pair: the last of an odd number of rows of one lane alone. */
  #isHalf = false;

  constructor(task: Task, schedule: Schedule) {
    this.#task = task;
    this.#schedule = schedule;
    this.#code = new Code(task.args.map(() => "i32"));
    this.#main = this.#code.part();
    this.#constants = new Constants(this.#code, this.#main);
    this.#stride = this.#code.local("i32");
    this.#offset = this.#code.local("i32");
    this.#code.get(this.#argument("n")).int(LANE_SHIFT).do("i32.shl").set(this.#stride);
  }

  #argument(name: string): number {
    return this.#task.args.indexOf(name);
  }

  /** The local with the address of a row; computed before everything else. */
  #pointer({ base, row }: Row): number {
    if (row === 0) return this.#argument(base);
    const key = `${base} ${row}`;
    const known = this.#pointers.get(key);
    if (known !== undefined) return known;
    const local = this.#code.local("i32");
    this.#code.get(this.#argument(base)).get(this.#stride).int(row).do("i32.mul").do("i32.add").set(local);
    this.#pointers.set(key, local);
    return local;
  }

  #address(row: Row): void {
    this.#main.get(this.#pointer(row)).get(this.#offset).do("i32.add");
  }

  /** Loops over pairs of lanes that fill rows, counted from row `first` of `base`: one for each number of nodes. */
  loops(stores: readonly Store[], base: string, first: number): void {
    for (const [width, group] of groupBy(stores, (store) => store.width)) this.#loop(group, base, first, width);
  }

  /**
   * One loop. A turn takes two pairs, which share addresses, where registers and the size of the function allow; of an odd
   * number of pairs the first goes alone.
   */
  #loop(stores: readonly Store[], base: string, first: number, width: number): void {
    const code = this.#main;
    const uses = this.#uses(stores.map(({ value }) => value));
    const turn = (count: number) =>
      this.#turn(
        stores,
        { base, row: first },
        this.#pairs.slice(0, count).map((locals) => this.#pairOf(uses, locals)),
      );
    code.int(0);
    code.set(this.#offset);
    const paired = this.#task.isSingle ? width - (width % 2) : width;
    if (paired > 0) this.#pairedLoop(uses, paired, turn);
    if (paired === width) return;
    this.#isHalf = true;
    turn(1);
    this.#isHalf = false;
  }

  /** Goes over rows whose lanes are whole pairs. */
  #pairedLoop(uses: ReadonlyMap<number, number>, width: number, turn: (count: number) => void): void {
    const code = this.#main;
    if (uses.size > MOST_DOUBLED || this.#keeps(uses) > MOST_KEPT) {
      code.loop(() => this.#until(width, () => turn(1)));
      return;
    }
    this.#times(width);
    code.int(PAIR_BYTES);
    code.do("i32.and");
    code.when(() => turn(1));
    code.get(this.#offset);
    this.#times(width);
    code.do("i32.lt_u");
    code.when(() => code.loop(() => this.#until(width, () => turn(2))));
  }

  /** How many values are kept for a second use. */
  #keeps(uses: ReadonlyMap<number, number>): number {
    const { operations } = this.#task.graph;
    return [...uses].filter(([value, count]) => count > 1 && operations[value].kind !== "constant").length;
  }

  #pairOf(uses: ReadonlyMap<number, number>, locals: number[]): Pairs {
    return new Pairs(uses, () => this.#code.local("v128"), locals);
  }

  /** Does a turn, and leaves whether another one follows. */
  #until(width: number, turn: () => void): void {
    turn();
    this.#main.get(this.#offset);
    this.#times(width);
    this.#main.do("i32.lt_u");
  }

  /** Fills rows for one pair of lanes after the other, and goes on by so many. */
  #turn(stores: readonly Store[], to: Row, turns: readonly Pairs[]): void {
    const code = this.#main;
    for (const { value, row } of stores) {
      turns.forEach((pairs, i) => {
        this.#ahead = i * PAIR_BYTES;
        this.#address({ base: to.base, row: to.row + row });
        this.#value(value, pairs);
        if (this.#isHalf) code.storeLane(this.#ahead);
        else code.store(this.#ahead);
      });
    }
    code.get(this.#offset);
    code.int(turns.length * PAIR_BYTES);
    code.do("i32.add");
    code.set(this.#offset);
  }

  /** Bytes of so many rows. */
  #times(rows: number): void {
    this.#main.get(this.#stride);
    if (rows === 1) return;
    this.#main.int(rows);
    this.#main.do("i32.mul");
  }

  /** One function over rows side by side. */
  call({ name, rows, row, other, hasSecond }: CallGroup): void {
    const code = this.#main;
    if (this.#task.isSingle && rows % 2 === 1) for (const first of hasSecond ? [row, other] : [row]) this.#fillPair(first + rows - 1);
    code.get(this.#pointer({ base: "p", row: this.#task.scratch + row }));
    this.#times(this.#task.isSingle ? rows + (rows % 2) : rows);
    code.get(this.#pointer({ base: "p", row: this.#task.scratch + other }));
    code.call(this.#task.functionIndex(name), 3);
  }

  /** Copies a scratch row of one lane to the one behind it, so that both are a pair. */
  #fillPair(row: number): void {
    const last = this.#pointer({ base: "p", row: this.#task.scratch + row });
    this.#main.get(last).get(last).load("v128.load64_splat").store();
  }

  /** Sums over edges. */
  sum({ operation, row, base, sources }: SumCall): void {
    const code = this.#main;
    const table = this.#task.addTable(tableFor(operation, sources), operation.weights);
    code.get(this.#pointer({ base: "p", row: this.#task.scratch + row }));
    code.get(this.#pointer({ base: "p", row: operation.weights ?? 0 }));
    this.#callWith(table, base, "couple");
  }

  /** Stages of delays: what a function stores of them goes there at once. */
  chain({ value, operation, sources }: Stage["chains"][number]): void {
    const table = this.#task.addTable(tableFor(operation, sources));
    for (const store of this.#task.stores.filter((each) => each.value === value)) {
      this.#main.get(this.#pointer({ base: this.#task.out, row: store.row }));
      this.#main.get(this.#pointer({ base: "y", row: operation.first }));
      this.#callWith(table, "p", "chain");
    }
  }

  /** Calls a function with a table behind two addresses. */
  #callWith(table: number, base: string, name: string): void {
    const code = this.#main;
    code.get(this.#pointer({ base: "p", row: this.#task.rowsOfP }));
    code.int(table);
    code.do("i32.add");
    code.get(this.#argument(base));
    code.get(this.#stride);
    code.call(this.#task.functionIndex(name), 5);
  }

  finish(): number[] {
    this.#code.append(this.#main);
    return this.#code.body();
  }

  #rowOf(value: number): Row | undefined {
    const result = this.#schedule.results.get(value);
    return result === undefined ? this.#task.rowOf(value) : { base: "p", row: this.#task.scratch + result };
  }

  /** How often each value is used in a loop that computes `values`. */
  #uses(values: readonly number[]): Map<number, number> {
    const uses = new Map<number, number>();
    const stack = [...values];
    for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
      const before = uses.get(value) ?? 0;
      uses.set(value, before + 1);
      if (before === 0 && this.#rowOf(value) === undefined) append(stack, operands(this.#task.graph.operations[value]));
    }
    return uses;
  }

  /** Leaves a value on the stack. Values may be computed from each other thousands deep, deeper than calls can be. */
  #value(root: number, pairs: Pairs): void {
    const left = [{ value: root, isReady: false }];
    for (let next = left.pop(); next; next = left.pop()) {
      const { value, isReady } = next;
      const operation = this.#task.graph.operations[value];
      if (isReady && operation.kind === "plain") this.#plain(operation.op);
      else if (this.#there(value, operation, pairs)) continue;
      else if (!this.#loaded(value)) {
        if (operation.kind !== "plain") throw new Error(`the compiler has no row for a value of kind ${operation.kind}`);
        left.push({ value, isReady: true });
        for (const arg of [...operation.args].reverse()) left.push({ value: arg, isReady: false });
        continue;
      }
      const local = pairs.keep(value);
      if (local !== undefined) this.#main.tee(local);
    }
  }

  /** Leaves a value on the stack that is a number or in a local. */
  #there(value: number, operation: Operation, pairs: Pairs): boolean {
    const kept = pairs.kept.get(value);
    if (kept !== undefined) this.#main.get(kept);
    else if (operation.kind === "constant") this.#constants.leave(operation.value);
    return kept !== undefined || operation.kind === "constant";
  }

  /** Loads a value that is in a row. */
  #loaded(value: number): boolean {
    const row = this.#rowOf(value);
    if (row) {
      this.#address(row);
      if (this.#isHalf) this.#main.load("v128.load64_splat", this.#ahead);
      else this.#main.load("v128.load", this.#ahead);
    }
    return row !== undefined;
  }

  #plain(operation: PlainOperation): void {
    const code = this.#main;
    if (operation === "where" || operation === "select") {
      this.#constants.leave(0);
      code.do("f64x2.ne").do(operation === "where" ? "and" : "bitselect");
    } else if (isComparison(operation)) {
      code.do(`f64x2.${operation}`);
      this.#constants.leave(1);
      code.do("and");
    } else code.do(operation);
  }
}
