import { BRANCH, type Column, column, KEY, TIME } from "./columns.ts";

/** What tables of equilibria, cycles and their branches are made of: names and units. */
export interface BranchFacts {
  states: readonly BranchVariable[];
  /** Free parameters; keys of a grid. */
  parameters: readonly BranchVariable[];
  outputs: readonly BranchVariable[];
  timeUnit: string;
  /** Eigenvalues of an equilibrium: as many as states, or the rightmost ones where there are delays, of which not all may be sure. */
  eigenvalues: number;
}

export interface BranchVariable {
  name: string;
  unit: string;
}

/** What rows are, by the labels that users of AUTO know, in words. Those of cycles that AUTO calls as points of equilibria end in C. */
export const labelWords = {
  EP: "end point",
  UZ: "user value",
  LP: "fold",
  HB: "Hopf point",
  BP: "branch point",
  LPC: "fold of cycles",
  BPC: "branch point of cycles",
  PD: "period doubling",
  TR: "torus bifurcation",
  HC: "homoclinic orbit, extrapolated",
  CP: "cusp",
  CPC: "cusp of folds of cycles",
  BT: "Bogdanov-Takens point",
  GH: "generalised Hopf point",
  ZH: "zero-Hopf point",
  HH: "double Hopf point",
  R1: "1:1 resonance",
  R2: "1:2 resonance",
} as const;

/** What a row is labelled, where it is no regular point. */
export type RowLabel = keyof typeof labelWords;

/** Numbers of each variable over a period. */
export const extents = ["min", "max", "mean"] as const;

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
function eigenvalues({ states, eigenvalues: count, timeUnit }: BranchFacts, isOfCurves = false): Column[] {
  const unit = timeUnit === "" ? "" : `1/${timeUnit}`;
  const made = (name: string) => of(name, "eigenvalue", "number", unit);
  const one = isOfCurves || count > states.length ? (name: string) => nullable(made(name)) : made;
  return Array.from({ length: count }, (_, i) => ["re", "im"].map((part) => one(`eigenvalue_${i + 1}_${part}`))).flat();
}

/** Where a row stands. */
function place(): Column[] {
  return [of("branch", "branch", "integer"), of("index", "index", "integer")];
}

/** What a row is: the special point, the kind of equilibrium or cycle, and its stability. */
function kind(): Column[] {
  return [nullable(of("label", "label", "text")), nullable(of("point", "point", "text")), ...stability()];
}

function stability(): Column[] {
  return [of("type", "type", "text"), of("stability", "stability", "text"), nullable(of("unstable", "unstable", "integer"))];
}

function sureness(): Column[] {
  return [nullable(of("residual", "residual")), nullable(of("digits", "digits", "integer"))];
}

/** A row a point of a branch of equilibria. */
export function branchColumns(facts: BranchFacts): Column[] {
  return [...place(), ...kind(), ...variables(facts), period(facts), ...sureness(), coefficient(), ...eigenvalues(facts), note()];
}

/** A row a point of a curve in two parameters: cycles have multipliers in place of eigenvalues there, and of their states and outputs the means. */
export function curveColumns(facts: BranchFacts, isOfCycles: boolean): Column[] {
  const curve = of("curve", "curve", "text");
  return [
    ...place(),
    curve,
    ...kind(),
    ...variables(facts),
    period(facts),
    ...sureness(),
    coefficient(),
    ...eigenvalues(facts, true),
    ...(isOfCycles ? multipliers(facts) : []),
    note(),
  ];
}

/** A row a cycle of a branch of cycles. */
export function cycleColumns(facts: BranchFacts): Column[] {
  const { parameters, states, outputs } = facts;
  const overPeriod = ({ name, unit }: BranchVariable, what: string) =>
    extents.map((extent) => of(`${name}_${extent}`, `${what} ${extent}`, "number", unit));
  return [
    ...place(),
    ...kind(),
    ...variables({ ...facts, parameters, states: [], outputs: [] }),
    ...states.flatMap((each) => overPeriod(each, "state")),
    ...outputs.flatMap((each) => overPeriod(each, "output")),
    period(facts),
    of("norm", "norm"),
    ...sureness(),
    nullable(of("error", "error")),
    ...multipliers(facts),
    note(),
  ];
}

/** Floquet multipliers, the trivial one first, and how far that is from 1. */
function multipliers({ states }: BranchFacts): Column[] {
  return [
    ...states.flatMap((_, i) => ["re", "im"].map((part) => nullable(of(`multiplier_${i + 1}_${part}`, "multiplier")))),
    nullable(of("trivialError", "trivialError")),
  ];
}

/** A row a time of a cycle. */
export function orbitColumns(facts: BranchFacts): Column[] {
  return [...place(), column(TIME, "time", { unit: facts.timeUnit }), ...variables({ ...facts, parameters: [] })];
}

/** Of a cycle, or of the one that begins at a Hopf point. */
function period({ timeUnit }: BranchFacts): Column {
  return nullable(of("period", "period", "number", timeUnit));
}

function coefficient(): Column {
  return nullable(of("coefficient", "coefficient"));
}

function note(): Column {
  return nullable(of("note", "note", "text"));
}

/** A row an equilibrium of a point of a grid. */
export function equilibriumColumns(facts: BranchFacts): Column[] {
  return [
    of(KEY, "key", "text"),
    ...variables({ ...facts, states: [], outputs: [] }),
    of("index", "index", "integer"),
    ...stability(),
    ...variables({ ...facts, parameters: [] }),
    ...sureness().slice(0, 1),
    ...eigenvalues(facts),
  ];
}
