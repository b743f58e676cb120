import { escaped, refusal } from "../../errors.ts";
import type { Equations } from "../equation/equations.ts";
import { children, type Expression } from "../equation/tree.ts";
import type { Variable } from "../model.ts";
import { lowerAll } from "./compile.ts";
import { type Graph, type Operation, operands, type PlainOperation, reached } from "./graph.ts";
import type { Store } from "./stages.ts";

/** Where the package's own functions are, for the AssemblyScript compiler. */
const MATH = "massgrid/assembly/math";

/**
 * A flat model, each of whose nodes has equations of its own, as AssemblyScript: `rhs` and `observe` of assembly/model.ts, with the bits of the compiled model. Names of the
 * model stand in comments only; those of the source are made of the numbers of rows. `about` is put at its head.
 * Throws E_NO_SOURCE where the model needs its past, and what the compiler would say of it.
 */
export function assemblyScript(equations: Equations, about: readonly string[]): string {
  refusePast(equations);
  const { graph, derivatives, observed, layout } = lowerAll(equations);
  const { states, params, inputs, outputs } = layout;
  const names = new Map(observed.map(({ value }, i) => [value, outputs[i].path]));
  const pathsOf = (list: readonly Variable[]) => list.map(({ path }) => path);
  const task = { graph, params: params.length, names, paths: { y: pathsOf(states), p: pathsOf([...params, ...inputs]) } };
  const rhs = new SourceBody({ ...task, out: "dy", stores: derivatives, about: states.map(({ path }) => `${path}'`) });
  const observe = new SourceBody({ ...task, out: "out", stores: observed, about: pathsOf(outputs) });
  const lines = [
    ...header(about, { equations, states, params, inputs, outputs }),
    ...imports([...rhs.functions, ...observe.functions], [...rhs.lanes, ...observe.lanes]),
    "",
    ...ROW_ADDRESS,
    "",
    ...rhs.lines("rhs"),
    "",
    ...observe.lines("observe"),
  ];
  return lines.join("\n");
}

const ROW_ADDRESS = [
  "/** Row number `i` of n lanes from `base`. */",
  "// @ts-ignore: decorator",
  "@inline",
  "function at(base: usize, i: i32, n: i32): usize {",
  "  return base + (<usize>(i * n) << 3);",
  "}",
];

function refusePast({ states, algebraic }: Equations): void {
  const found =
    states.map(({ derivative }) => pastIn(derivative)).find((name) => name !== undefined) ??
    algebraic.map(({ expression }) => pastIn(expression)).find((name) => name !== undefined);
  if (found === undefined) return;
  const message = `the model needs past values of ${found}, but rhs(t, y, dy, p, n) is given no past: only models without discrete delays can be written as AssemblyScript`;
  throw refusal("E_NO_SOURCE", message);
}

/** The first name whose past an expression uses. */
function pastIn(expression: Expression): string | undefined {
  if (expression.kind === "past") return expression.name;
  for (const part of children(expression)) {
    const found = pastIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Rows {
  equations: Equations;
  states: readonly Variable[];
  params: readonly Variable[];
  inputs: readonly Variable[];
  outputs: readonly Variable[];
}

function header(about: readonly string[], { equations, states, params, inputs, outputs }: Rows): string[] {
  const time = equations.timeUnit === "" ? "time" : `time, in ${equations.timeUnit}`;
  const lines = [
    equations.name,
    ...about,
    "",
    "  npx asc model.ts -o model.wasm -O3 --enable simd --runtime stub --noAssert --importMemory --noExportMemory",
    "",
    "Every argument but n is the address of rows; a row is n lanes of f64, n is even, rows are 16-byte aligned.",
    `t         ${time}`,
    ...rows("y, dy", states),
    ...rows("p", [...params, ...inputs]),
    ...rows("out", outputs),
  ];
  return lines.map((line) => `// ${escaped(line)}`.trimEnd());
}

function rows(argument: string, variables: readonly Variable[]): string[] {
  return variables.map(({ path, value, unit }, i) => {
    const amount = argument === "out" ? "" : ` = ${value}`;
    return `${(i === 0 ? argument : "").padEnd(6)}${String(i).padStart(3)} ${path}${amount}${unit === "" ? "" : ` ${unit}`}`;
  });
}

function imports(functions: readonly string[], lanes: readonly string[]): string[] {
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return [
    `import { ${unique([...lanes, "PAIR"]).join(", ")} } from "${MATH}/lanes";`,
    ...unique(functions).map((name) => `import { ${name} } from "${MATH}/${name}";`),
  ];
}

/** What one function of a source computes. */
export interface SourceTask {
  graph: Graph;
  /** Number of parameters: the rows of inputs follow theirs. */
  params: number;
  /** Paths of the rows of y and of p: comments give them. */
  paths: { y: readonly string[]; p: readonly string[] };
  /** Paths of the variables that values are. */
  names: ReadonlyMap<number, string>;
  stores: readonly Store[];
  /** The argument that the rows of `stores` are counted from. */
  out: "dy" | "out";
  /** What each store is. */
  about: readonly string[];
}

/** An expression of more letters is put into a constant of its own. */
const MOST_LETTERS = 72;
const lanes: readonly PlainOperation[] = ["add", "sub", "mul", "div"];
const comparisons: readonly PlainOperation[] = ["eq", "ne", "lt", "gt", "le", "ge"];

/** The lines of a function over pairs of lanes, and what they import. */
export class SourceBody {
  /** Functions of the math folder. */
  readonly functions = new Set<string>();
  /** Words of math/lanes. */
  readonly lanes = new Set<string>();
  readonly #task: SourceTask;
  /** Number of a value → the text that stands for it. */
  readonly #texts = new Map<number, string>();
  readonly #lines: string[] = [];
  #constants = 0;

  constructor(task: SourceTask) {
    this.#task = task;
    const roots = task.stores.map(({ value }) => value);
    const values = [...reached(task.graph, roots)].sort((a, b) => a - b);
    const uses = new Map<number, number>();
    for (const value of [...roots, ...values.flatMap((each) => operands(task.graph.operations[each]))])
      uses.set(value, (uses.get(value) ?? 0) + 1);
    for (const value of values) this.#define(value, uses.get(value) ?? 0);
    task.stores.forEach(({ value, row }, i) => {
      this.#lines.push(`v128.store(${address(task.out, row)}, ${this.#text(value)});${comment(task.about[i])}`);
    });
  }

  lines(name: string): string[] {
    const { out } = this.#task;
    const signature = `export function ${name}(t: usize, y: usize, ${out}: usize, p: usize, n: i32): void {`;
    if (this.#task.stores.length === 0) return [signature, "}"];
    const steps = ["t", "y", out, "p"].map((pointer) => `    ${pointer} += PAIR;`);
    const body = this.#lines.map((line) => `    ${line}`);
    return [signature, "  const end = at(t, 1, n);", "  do {", ...body, ...steps, "  } while (t < end);", "}"];
  }

  #text(value: number): string {
    const text = this.#texts.get(value);
    if (text === undefined) throw new Error("a value is used before it is known");
    return text;
  }

  /** Finds the text of a value; what is loaded, used twice, long or a variable gets a constant. */
  #define(value: number, uses: number): void {
    const operation = this.#task.graph.operations[value];
    const loaded = this.#loaded(operation);
    if (loaded) {
      this.#keep(value, loaded.name, loaded);
      return;
    }
    const text = this.#expression(operation);
    const about = this.#task.names.get(value);
    if (operation.kind === "constant" || (uses < 2 && text.length <= MOST_LETTERS && about === undefined)) this.#texts.set(value, text);
    else this.#keep(value, `v${this.#constants++}`, { text, about });
  }

  #keep(value: number, name: string, { text, about }: { text: string; about: string | undefined }): void {
    this.#lines.push(`const ${name} = ${text};${comment(about)}`);
    this.#texts.set(value, name);
  }

  /** What is loaded from a row: a name for it, the text that loads it, and its path. */
  #loaded(operation: Operation): { name: string; text: string; about: string | undefined } | undefined {
    const { params, paths } = this.#task;
    const load = (base: "y" | "p", row: number) => ({
      name: `${base}${row}`,
      text: `v128.load(${address(base, row)})`,
      about: paths[base][row],
    });
    switch (operation.kind) {
      case "state":
        return load("y", operation.row);
      case "param":
        return load("p", operation.row);
      case "input":
        return load("p", params + operation.row);
      case "time":
        return { name: "t0", text: "v128.load(t)", about: undefined };
      default:
        return undefined;
    }
  }

  #expression(operation: Operation): string {
    switch (operation.kind) {
      case "constant":
        this.lanes.add("both");
        return `both(${float(operation.value)})`;
      case "plain":
        return this.#plain(
          operation.op,
          operation.args.map((arg) => this.#text(arg)),
        );
      case "function":
        this.functions.add(operation.name);
        return `${operation.name}(${operation.args.map((arg) => this.#text(arg)).join(", ")})`;
      default:
        throw new Error(`no source is known for a value of kind ${operation.kind}`);
    }
  }

  #plain(op: PlainOperation, args: readonly string[]): string {
    const list = args.join(", ");
    if (lanes.includes(op)) {
      this.lanes.add(op);
      return `${op}(${list})`;
    }
    if (op === "where") {
      this.lanes.add("both");
      return `v128.and(${args[0]}, f64x2.ne(${args[1]}, both(0.0)))`;
    }
    if (op === "select") {
      this.lanes.add("both");
      const [a, b, condition] = args;
      return `v128.bitselect(${a}, ${b}, f64x2.ne(${condition}, both(0.0)))`;
    }
    if (!comparisons.includes(op)) return `f64x2.${op}(${list})`;
    this.lanes.add("both");
    return `v128.and(f64x2.${op}(${list}), both(1.0))`;
  }
}

function address(base: string, row: number): string {
  return row === 0 ? base : `at(${base}, ${row}, n)`;
}

function comment(text: string | undefined): string {
  return text === undefined ? "" : ` // ${escaped(text)}`;
}

/** A number as a literal of AssemblyScript that reads as the same double. */
function float(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value).replace("e+", "e");
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
