import { escaped, MassgridError } from "../../errors.ts";
import type { Equations } from "../equation/equations.ts";
import { children, type Expression } from "../equation/tree.ts";
import type { Variable } from "../model.ts";
import { lowerAll } from "./compile.ts";
import { SourceBody } from "./source-body.ts";

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
  throw new MassgridError([{ code: "E_NO_SOURCE", path: [], message }]);
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
