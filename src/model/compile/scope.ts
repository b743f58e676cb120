import { MassgridError, sanitize } from "../../errors.ts";
import {
  type Algebraic,
  type Equations,
  inOrder,
  type Quantity,
  SIGNAL,
  STAGES,
  type Stage,
  type State,
  SUM,
  type Sum,
  sourcesOf,
} from "../equation/equations.ts";
import type { Expression } from "../equation/tree.ts";
import type { Variable } from "../model.ts";
import type { Graph } from "./graph.ts";
import { lower, type Scope, type Value } from "./lower.ts";
import { Past } from "./past.ts";

const constants = new Map([
  ["pi", Math.PI],
  ["E", Math.E],
]);

/** Nodes that an equation is of. */
export function widthOf({ copies = [] }: { copies?: readonly unknown[] }): number {
  return 1 + copies.length;
}

/** Rows of one kind of variable: all copies side by side; a complex one has two parts, `path.re` and then `path.im`. */
export function rowsOf(quantities: readonly Quantity[]): Variable[] {
  const rows: Variable[] = [];
  const add = ({ path, unit, edge }: Quantity, value: number) => rows.push(edge ? { path, value, unit, edge } : { path, value, unit });
  for (const quantity of quantities) {
    const { copies = [] } = quantity;
    if (quantity.im === undefined) {
      add(quantity, quantity.re);
      for (const copy of copies) add(copy, copy.re);
      continue;
    }
    const all = [quantity, ...copies];
    for (const each of all) add({ ...each, path: `${each.path}.re` }, each.re);
    for (const each of all) add({ ...each, path: `${each.path}.im` }, each.im ?? 0);
  }
  return rows;
}

/** Puts the rows and the algebraic equations of a model into the graph; the scope finds any variable's value there. */
export function scopeOf(graph: Graph, equations: Equations): { scope: Scope; past: Past } {
  const past = new Past(graph, equations);
  const values = new Values(graph);
  const fed = new Set(equations.algebraic.map(({ path }) => path));
  values.put("state", equations.states, (path) => path);
  values.put("param", equations.params, (path) => path);
  values.put("input", equations.inputs, (path) => (fed.has(path) ? `${SIGNAL}${path}` : path));
  const scope: Scope = {
    value: (name) => values.find(name),
    past: (name, delay, edge) => past.read({ ...values.place(name), delay, edge }),
  };
  const assignments = equations.algebraic.map((each) => ({
    name: each.path,
    expression: each.expression,
    also: each.sum ? sourcesOf(each.sum, { present: true }) : [],
  }));
  const byName = new Map(equations.algebraic.map((each) => [each.path, each]));
  for (const { name } of inOrder(assignments)) {
    const each = byName.get(name);
    if (!each) continue;
    const value = withContext(name, () => {
      const sum = each.sum && sumOf(graph, each, each.sum, { scope, past, params: equations.params });
      const within = sum ? { ...scope, value: (name: string) => (name === SUM ? sum : scope.value(name)) } : scope;
      return graph.within(widthOf(each), () => lower(graph, each.expression, within));
    });
    values.set(each.path, each.copies ?? [], value);
  }
  return { scope, past };
}

/** The values of variables by name. */
class Values {
  readonly #graph: Graph;
  readonly #values = new Map<string, Value>();
  /** Path of a copy → the variable that it is a copy of, and its row. */
  readonly #copies = new Map<string, { name: string; copy: number }>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  put(kind: "state" | "param" | "input", quantities: readonly Quantity[], name: (path: string) => string): void {
    let row = 0;
    for (const { path, im, copies = [], edge } of quantities) {
      const width = 1 + copies.length;
      const re = this.#graph.add({ kind, row, width });
      row += width;
      const complex = im !== undefined;
      this.set(
        name(path),
        // No expression names the weight of one edge, and there may be many thousands.
        edge?.attribute === "weight" ? [] : copies.map((copy) => copy.path),
        { re, im: complex ? this.#graph.add({ kind, row, width }) : undefined },
      );
      if (complex) row += width;
    }
  }

  set(name: string, copies: readonly string[], value: Value): void {
    this.#values.set(name, value);
    copies.forEach((path, i) => {
      this.#copies.set(path, { name, copy: i + 1 });
    });
  }

  /** A variable by its name or that of a copy: which row of which. */
  place(name: string): { name: string; copy?: number } {
    const copy = this.#copies.get(name);
    if (copy) return copy;
    const value = this.#values.get(name);
    const isWide = value !== undefined && this.#graph.widthOf(value.re) > 1 && this.#graph.width === 1;
    return isWide ? { name, copy: 0 } : { name };
  }

  find(name: string): Value {
    const { name: variable, copy } = this.place(name);
    const known = this.#values.get(variable);
    if (known) return copy === undefined ? known : this.#row(known, copy);
    if (name === "t") return { re: this.#graph.add({ kind: "time" }), im: undefined };
    const constant = constants.get(name);
    if (constant === undefined) throw new Error(`no variable ${name} is in the flat model`);
    return { re: this.#graph.constant(constant), im: undefined };
  }

  #row({ re, im }: Value, row: number): Value {
    const slice = (of: number): number => {
      const operation = this.#graph.operations[of];
      switch (operation.kind) {
        case "constant":
        case "time":
          return of;
        case "state":
        case "param":
        case "input":
        case "delayed":
          return this.#graph.add({ kind: operation.kind, row: operation.row + row, width: 1 });
        default:
          return this.#graph.add({ kind: "slice", of, row, width: 1 });
      }
    };
    return { re: slice(re), im: im === undefined ? undefined : slice(im) };
  }
}

/** Does something for a variable of a flat model, and says of what goes wrong which variable it concerns. */
export function withContext<Result>(variable: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MassgridError) || error.problems[0].variable !== undefined) throw error;
    throw new MassgridError(
      error.problems.map((problem) => ({ ...problem, variable })),
      { cause: error },
    );
  }
}

/** What is wrong with a state whose derivative is complex. */
export function complexDerivative(path: string): MassgridError {
  const message = `the derivative of ${sanitize(path)} is complex, but the variable is real; declare it variable(complex)`;
  return new MassgridError([{ code: "E_COMPLEX", path: [], message, variable: path }]);
}

interface StagesOf {
  stages: readonly Stage[];
  /** First row of y. */
  first: number;
  scope: Scope;
}

/** The scope of the derivatives of stages of delays. */
export function stagesScope(graph: Graph, { path, copies = [] }: State, { stages, first, scope }: StagesOf): Scope {
  const sources = new Map<number, number>();
  const sourceOf = (value: number): number => {
    const source = sources.get(value) ?? sources.size;
    sources.set(value, source);
    return source;
  };
  const linked = stages.map(({ before, ...stage }, i) => {
    const rate = { rate: stage.rate, delay: stage.delay === undefined ? undefined : sourceOf(scope.value(stage.delay).re) };
    if (!before) return { ...rate, before };
    const { re, im } = graph.within(0, () => scope.value(before.source));
    if (im !== undefined) throw complexDerivative(i === 0 ? path : copies[i - 1].path);
    return { ...rate, before: { source: sourceOf(re), row: "width" in graph.operations[re] ? before.copy : 0 } };
  });
  const of = { name: path, first, width: stages.length, sources: [...sources.keys()], stages: linked };
  const value = { re: graph.add({ kind: "stages", ...of }), im: undefined };
  return { ...scope, value: (name) => (name === STAGES ? value : scope.value(name)) };
}

interface SumScope {
  scope: Scope;
  past: Past;
  params: readonly Quantity[];
}

/** The sums over the edges that lead to a variable and its copies. */
function sumOf(graph: Graph, each: Algebraic, sum: Sum, { scope, past, params }: SumScope): Value {
  const width = widthOf(each);
  const start = sum.start && graph.within(width, () => lower(graph, sum.start ?? each.expression, scope));
  const weights = sum.weights === undefined ? undefined : firstRow(params, sum.weights);
  const delayOf = cached((delay: Expression) => lower(graph, delay, scope));
  const presentOf = cached((source: string) => graph.within(0, () => scope.value(source)));
  const late = sum.terms.flatMap(({ source, copy, delay }) => (delay ? [{ name: source, copy, delay: delayOf(delay) }] : []));
  const read = past.readEdges(late);
  let next = 0;
  const found = sum.terms.map(({ target, source, copy, delay }) =>
    delay ? { target, ...read(next++) } : { target, value: presentOf(source), row: copy },
  );
  const part = (which: "re" | "im") => {
    const sources = new Map<number, { source: number; wide: boolean }>();
    const sourceOf = (of: number) => {
      const known = sources.get(of) ?? { source: sources.size, wide: "width" in graph.operations[of] };
      sources.set(of, known);
      return known;
    };
    const terms = found.map(({ target, value, row }) => {
      const { source, wide } = sourceOf(value[which] ?? graph.constant(0));
      return { target, source, row: wide ? row : 0 };
    });
    const of = { name: `${each.path} ${which}`, start: start?.[which], weights, sources: [...sources.keys()], terms };
    return graph.add({ kind: "sum", width, ...of });
  };
  const complex = start?.im !== undefined || found.some(({ value }) => value.im !== undefined);
  return { re: part("re"), im: complex ? part("im") : undefined };
}

/** A function that remembers what it has returned. */
function cached<Key, Result>(work: (key: Key) => Result): (key: Key) => Result {
  const known = new Map<Key, Result>();
  return (key) => {
    const result = known.get(key) ?? work(key);
    known.set(key, result);
    return result;
  };
}

/** The first row of a parameter. */
function firstRow(params: readonly Quantity[], path: string): number {
  let row = 0;
  for (const param of params) {
    if (param.path === path) return row;
    row += widthOf(param) * (param.im === undefined ? 1 : 2);
  }
  throw new Error(`no parameter ${path} is in the flat model`);
}
