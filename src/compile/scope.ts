import { type Equations, type Quantity, SIGNAL } from "../equation/equations.ts";
import { inOrder } from "../equation/order.ts";
import type { Variable } from "../model.ts";
import type { Graph } from "./graph.ts";
import { lower, type Scope, type Value } from "./lower.ts";
import { Past } from "./past.ts";

const constants = new Map([
  ["pi", Math.PI],
  ["E", Math.E],
]);

/** Rows of one kind of variable: a complex one has two, `path.re` and `path.im`. */
export function rowsOf(quantities: readonly Quantity[]): Variable[] {
  return quantities.flatMap(({ path, unit, re, im, edge }) => {
    const of = edge ? { unit, edge } : { unit };
    if (im === undefined) return [{ path, value: re, ...of }];
    return [
      { path: `${path}.re`, value: re, ...of },
      { path: `${path}.im`, value: im, ...of },
    ];
  });
}

/** Puts the rows and the algebraic equations of a model into the graph; the scope finds any variable's value there. */
export function scopeOf(graph: Graph, equations: Equations): { scope: Scope; past: Past } {
  const values = new Map<string, Value>();
  const past = new Past(graph, equations);
  const put = (kind: "state" | "param" | "input", quantities: readonly Quantity[], name: (path: string) => string) => {
    let row = 0;
    for (const { path, im } of quantities) {
      const re = graph.add({ kind, row: row++ });
      values.set(name(path), { re, im: im === undefined ? undefined : graph.add({ kind, row: row++ }) });
    }
  };
  const itself = (path: string) => path;
  const fed = new Set(equations.algebraic.map(({ path }) => path));
  put("state", equations.states, itself);
  put("param", equations.params, itself);
  put("input", equations.inputs, (path) => (fed.has(path) ? `${SIGNAL}${path}` : path));
  const value = (name: string): Value => {
    const known = values.get(name);
    if (known) return known;
    if (name === "t") return { re: graph.add({ kind: "time" }), im: undefined };
    const constant = constants.get(name);
    if (constant === undefined) throw new Error(`no variable ${name} is in the flat model`);
    return { re: graph.constant(constant), im: undefined };
  };
  const scope: Scope = { value, past: (name, delay, edge) => past.read(name, delay, edge) };
  const assignments = equations.algebraic.map(({ path, expression }) => ({ name: path, expression }));
  for (const { name, expression } of inOrder(assignments)) values.set(name, lower(graph, expression, scope));
  return { scope, past };
}
