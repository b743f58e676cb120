import { Code } from "./code.ts";
import { type Graph, type Operation, operands, type PlainOperation } from "./graph.ts";
import { type CallGroup, type Schedule, type Store, stagesOf } from "./stages.ts";

/** A row: the name of the argument that it is counted from, and its number. */
export interface Row {
  base: string;
  row: number;
}

/** One function of a model's module: what it computes, and where it finds and leaves things. */
export interface Task {
  graph: Graph;
  /** Names of the arguments: addresses of rows, and `n`. */
  args: readonly string[];
  stores: readonly Store[];
  /** The argument that the rows of `stores` are counted from. */
  out: string;
  /** The row in which a value is already, if it is in one. */
  rowOf: (value: number) => Row | undefined;
  /** First scratch row of p. */
  scratch: number;
  /** Index of a function of the library. */
  functionIndex: (name: string) => number;
}

const PAIR_BYTES = 16;
/** Bytes of a lane, as a shift. */
const LANE_SHIFT = 3;
const comparisons: readonly string[] = ["eq", "ne", "lt", "gt", "le", "ge"];

/** The body of one function, and how many scratch rows it needs. */
export function emit(task: Task): { body: number[]; scratch: number } {
  const known = (value: number) => task.rowOf(value) !== undefined;
  const schedule = stagesOf(
    task.graph,
    task.stores.map(({ value }) => value),
    known,
  );
  const emitter = new Emitter(task, schedule);
  for (const stage of schedule.stages) {
    emitter.loop(stage.stores, "p", task.scratch);
    for (const group of stage.calls) emitter.call(group);
  }
  if (task.stores.length > 0) emitter.loop(task.stores, task.out, 0);
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
  readonly #offset: number;
  readonly #stride: number;
  /** Locals of pairs of lanes, taken anew by each loop. */
  readonly #pairs: number[] = [];

  constructor(task: Task, schedule: Schedule) {
    this.#task = task;
    this.#schedule = schedule;
    this.#code = new Code(task.args.map(() => "i32" as const));
    this.#main = new Code(this.#code.types);
    this.#stride = this.#code.local("i32");
    this.#offset = this.#code.local("i32");
    this.#code.get(this.#argument("n"));
    this.#code.int(LANE_SHIFT);
    this.#code.integer("i32Shl");
    this.#code.set(this.#stride);
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
    this.#code.get(this.#argument(base));
    this.#code.get(this.#stride);
    this.#code.int(row);
    this.#code.integer("i32Mul");
    this.#code.integer("i32Add");
    this.#code.set(local);
    this.#pointers.set(key, local);
    return local;
  }

  #address(row: Row): void {
    this.#main.get(this.#pointer(row));
    this.#main.get(this.#offset);
    this.#main.integer("i32Add");
  }

  /** A loop over pairs of lanes that fills rows, counted from row `first` of `base`. */
  loop(stores: readonly Store[], base: string, first: number): void {
    const code = this.#main;
    const pairs = new Pairs(this.#uses(stores.map(({ value }) => value)), () => this.#code.local("v128"), this.#pairs);
    code.int(0);
    code.set(this.#offset);
    code.loop(() => {
      for (const { value, row } of stores) {
        this.#address({ base, row: first + row });
        this.#value(value, pairs);
        code.store();
      }
      code.get(this.#offset);
      code.int(PAIR_BYTES);
      code.integer("i32Add");
      code.tee(this.#offset);
      code.get(this.#stride);
      code.integer("i32LtU");
    });
  }

  /** One function over rows side by side. */
  call({ name, rows, row, other }: CallGroup): void {
    const code = this.#main;
    code.get(this.#pointer({ base: "p", row: this.#task.scratch + row }));
    code.get(this.#stride);
    code.int(rows);
    code.integer("i32Mul");
    code.get(this.#pointer({ base: "p", row: this.#task.scratch + other }));
    code.call(this.#task.functionIndex(name));
  }

  finish(): number[] {
    this.#code.append(this.#main);
    return this.#code.body(this.#task.args.length);
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
      if (before === 0 && this.#rowOf(value) === undefined) stack.push(...operands(this.#task.graph.operations[value]));
    }
    return uses;
  }

  /** Leaves a value on the stack. */
  #value(value: number, pairs: Pairs): void {
    const operation = this.#task.graph.operations[value];
    const kept = pairs.kept.get(value);
    if (kept !== undefined) this.#main.get(kept);
    else if (operation.kind === "constant") this.#main.constant(operation.value);
    else this.#compute(value, operation, pairs);
  }

  /** Loads a value from its row, or computes it; keeps it for the next time. */
  #compute(value: number, operation: Operation, pairs: Pairs): void {
    const row = this.#rowOf(value);
    if (row) {
      this.#address(row);
      this.#main.load();
    } else if (operation.kind === "plain") {
      for (const arg of operation.args) this.#value(arg, pairs);
      this.#plain(operation.op);
    } else {
      throw new Error(`the compiler has no row for a value of kind ${operation.kind}`);
    }
    const local = pairs.keep(value);
    if (local !== undefined) this.#main.tee(local);
  }

  #plain(operation: PlainOperation): void {
    this.#main.vector(operation);
    if (!comparisons.includes(operation)) return;
    this.#main.constant(1);
    this.#main.vector("and");
  }
}

/** The locals of one loop: values that are used more than once are kept in them. */
class Pairs {
  readonly kept = new Map<number, number>();
  readonly #uses: ReadonlyMap<number, number>;
  readonly #make: () => number;
  readonly #locals: number[];

  constructor(uses: ReadonlyMap<number, number>, make: () => number, locals: number[]) {
    this.#uses = uses;
    this.#make = make;
    this.#locals = locals;
  }

  /** The local to keep a value in, if it will be used again. */
  keep(value: number): number | undefined {
    if ((this.#uses.get(value) ?? 0) < 2) return undefined;
    const next = this.kept.size;
    if (next === this.#locals.length) this.#locals.push(this.#make());
    this.kept.set(value, this.#locals[next]);
    return this.#locals[next];
  }
}
