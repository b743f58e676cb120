import { BRANCH, type Column, column, KEY } from "./columns.ts";

/** What tables of branches and of equilibria are made of: names and units. */
export interface BranchFacts {
  states: readonly BranchVariable[];
  /** Free parameters; keys of a grid. */
  parameters: readonly BranchVariable[];
  outputs: readonly BranchVariable[];
  timeUnit: string;
}

export interface BranchVariable {
  name: string;
  unit: string;
}

/** Columns that every table of branches calls the same: no parameter and no output may be called so. */
export const branchNames = [
  "branch",
  "index",
  "label",
  "point",
  "type",
  "stability",
  "unstable",
  "residual",
  "digits",
  "coefficient",
  "frequency",
  "note",
];

type Fact = Parameters<typeof column>[3];

/** A column, with what it is of in its metadata. */
function of(name: string, what: string, type: Fact = "number", unit = ""): Column {
  return { ...column(name, "branch", { [BRANCH]: what, ...(unit === "" ? {} : { unit }) }, type) };
}

const nullable = (made: Column): Column => ({ ...made, nullable: true });

/** Parameters, states and outputs of a row. */
function variables({ parameters, states, outputs }: BranchFacts): Column[] {
  return [
    ...parameters.map(({ name, unit }) => of(name, "parameter", "number", unit)),
    ...states.map(({ name, unit }) => of(name, "state", "number", unit)),
    ...outputs.map(({ name, unit }) => of(name, "output", "number", unit)),
  ];
}

/** Real and imaginary parts of all eigenvalues, in units of 1 over the time unit, by descending real part. */
function eigenvalues({ states, timeUnit }: BranchFacts): Column[] {
  const unit = timeUnit === "" ? "" : `1/${timeUnit}`;
  return states.flatMap((_, i) => ["re", "im"].map((part) => of(`eigenvalue_${i + 1}_${part}`, "eigenvalue", "number", unit)));
}

/** A row a point of a branch. */
export function branchColumns(facts: BranchFacts): Column[] {
  const unit = facts.timeUnit === "" ? "" : `1/${facts.timeUnit}`;
  return [
    of("branch", "branch", "integer"),
    of("index", "index", "integer"),
    nullable(of("label", "label", "text")),
    nullable(of("point", "point", "text")),
    of("type", "type", "text"),
    of("stability", "stability", "text"),
    of("unstable", "unstable", "integer"),
    ...variables(facts),
    of("residual", "residual"),
    nullable(of("digits", "digits")),
    nullable(of("coefficient", "coefficient")),
    nullable(of("frequency", "frequency", "number", unit)),
    ...eigenvalues(facts),
    nullable(of("note", "note", "text")),
  ];
}

/** A row a point of a curve in two parameters. */
export function curveColumns(facts: BranchFacts): Column[] {
  const [branch, index, ...rest] = branchColumns(facts);
  return [branch, index, of("curve", "curve", "text"), ...rest.filter(({ name }) => name !== "digits")];
}

/** A row an equilibrium of a point of a grid. */
export function equilibriumColumns(facts: BranchFacts): Column[] {
  return [
    of(KEY, "key", "text"),
    ...variables({ ...facts, states: [], outputs: [] }),
    of("index", "index", "integer"),
    of("type", "type", "text"),
    of("stability", "stability", "text"),
    of("unstable", "unstable", "integer"),
    ...variables({ ...facts, parameters: [] }),
    of("residual", "residual"),
    ...eigenvalues(facts),
  ];
}
