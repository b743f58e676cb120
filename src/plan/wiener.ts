import * as v from "valibot";
import { checkEntries, type Entry, isPlain, kindOf, type Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import type { ModelSource } from "../model/build.ts";
import type { Expression } from "../model/equation/tree.ts";
import type { NoiseTerm } from "../options/options.ts";
import { streamEntries } from "../sweep/input.ts";
import type { WienerTerm } from "../sweep/job.ts";
import { type Solver, solvers } from "../sweep/solver.ts";
import { variableNumbers } from "../sweep/streams.ts";
import { readExpression } from "./expression.ts";
import type { TermUse } from "./mapping.ts";
import { isTooLong } from "./outputs.ts";
import { preferring, resolvePath, type Target } from "./paths.ts";

/** Noise on a variable, whose row is one of the source's own model. */
export interface WienerUse extends Omit<WienerTerm, "sd"> {
  path: string;
  sd:
    | { kind: "number"; value: number }
    | { kind: "param"; row: number }
    | { kind: "key"; key: number }
    | { kind: "expression"; expression: Expression };
}

/** Noise on a variable, and the path by which its noise is told from that of others: that of the first of nodes that share it. */
type NoisyVariable = Omit<WienerUse, "variable"> & { drawnFor: string };

interface Lookup {
  targets: readonly Target[];
  source: ModelSource;
  solver: Solver;
  /** Grid keys that drive intensities. */
  intensities: readonly TermUse[];
}

const entries: Record<string, Entry> = {
  sd: {
    schema: v.union([v.string(), v.pipe(v.number(), v.finite(), v.minValue(0))]),
    says: "a finite number, not negative, or an expression of paths",
    required: true,
  },
  ...streamEntries,
};

/** Finds which variables get noise, how strong, and from which seed. */
export function resolveWiener(problems: Problems, noise: Readonly<Record<string, Required<NoiseTerm>>>, lookup: Lookup): WienerUse[] {
  if (Object.keys(noise).length > 0) checkKind(problems, lookup.solver);
  const before = problems.list.length;
  const owner = new Map<string, string>();
  const found = Object.entries(noise).flatMap(([path, term]) => {
    const at = ["noise", path];
    checkTerm(problems, path, term);
    const use = { code: "E_UNKNOWN_VARIABLE", path: at, says: `noise ${sanitize(path)}`, parts: true };
    const rows = preferring("input", resolvePath(problems, lookup.targets, path, use)).filter((target) =>
      canBeNoisy(problems, target, path, lookup),
    );
    for (const { variable } of rows) {
      const other = owner.get(variable.path);
      owner.set(variable.path, path);
      const message = `${sanitize(other ?? "")} and ${sanitize(path)} both give noise to ${variable.path}; keep one`;
      if (other !== undefined) problems.add("E_NOISE_CONFLICT", at, message);
    }
    return problems.list.length > before ? [] : terms(problems, path, term, rows, lookup);
  });
  if (found.length > 0) checkSolver(problems, found, lookup);
  const numbers = variableNumbers(found.map(({ drawnFor, seed }) => ({ path: drawnFor, seed })));
  return found.map(({ drawnFor: _, ...noisy }, i) => ({ ...noisy, variable: numbers[i] }));
}

function checkTerm(problems: Problems, path: string, term: unknown): void {
  const at = ["noise", path];
  if (isPlain(term)) checkEntries(problems, term, entries, at);
  else problems.add("E_TYPE", at, `noise of ${sanitize(path)} must be { sd, seed, shared }, but ${kindOf(term)} was found`);
}

function canBeNoisy(problems: Problems, { kind, variable }: Target, path: string, { targets }: Lookup): boolean {
  if (kind === "state" || kind === "input") return true;
  const known = targets.filter((other) => other.kind === "state" || other.kind === "input").map((other) => other.variable.path);
  const what = kind === "param" ? "is a parameter" : "is computed by an equation";
  const message = `${variable.path} ${what}, and noise can be on states and inputs alone: ${listed(known)}`;
  problems.add("E_NOISE_TARGET", ["noise", path], message);
  return false;
}

function terms(problems: Problems, path: string, term: Required<NoiseTerm>, rows: readonly Target[], lookup: Lookup): NoisyVariable[] {
  const { sd, seed, shared, sharedByNodes } = term;
  const swept = lookup.intensities.find((each) => each.term === path);
  if (swept && typeof sd !== "number") {
    const message = `sd of noise ${sanitize(path)} is set by the grid, so it cannot be an expression; give a number`;
    problems.add("E_NOISE_SD", ["noise", path, "sd"], message);
    return [];
  }
  const fixed = swept
    ? ({ kind: "key", key: swept.key } as const)
    : typeof sd === "number"
      ? ({ kind: "number", value: sd } as const)
      : undefined;
  const intensities = typeof sd === "number" ? undefined : readIntensities(problems, path, sd, rows, lookup);
  return rows.flatMap(({ kind, row, variable, name }, i) => {
    if (kind !== "state" && kind !== "input") return [];
    const found = fixed ?? intensities?.[i];
    // The parts of a complex variable have the same name on every node.
    const first = sharedByNodes ? rows.find((other) => other.name === name) : undefined;
    const drawnFor = (first?.variable ?? variable).path;
    return found ? [{ kind, row, path: variable.path, drawnFor, sd: found, seed, shared }] : [];
  });
}

/** The intensity of each row: the same for all, or that of the row's own node where wildcards match several. */
function readIntensities(
  problems: Problems,
  path: string,
  text: string,
  rows: readonly Target[],
  { targets, source }: Lookup,
): WienerUse["sd"][] | undefined {
  const at = ["noise", path, "sd"];
  const says = `sd of noise ${sanitize(path)}`;
  const before = problems.list.length;
  if (isTooLong(problems, text, at, says)) return undefined;
  const found = readExpression(problems, text, targets, { code: "E_UNKNOWN_VARIABLE", path: at, says, parts: true });
  if (problems.list.length > before) return undefined;
  const ofNode = groupBy(found, ({ node }) => node);
  const params = new Map(targets.filter(({ kind }) => kind === "param").map(({ row, variable }) => [variable.path, row]));
  return rows.flatMap(({ node }): WienerUse["sd"][] => {
    const intensity = found.length === 1 ? found[0] : ofNode.get(node)?.[0];
    if (intensity === undefined) {
      const message = `${says} has wildcards that match no variable of node ${sanitize(node)}; name the variables, or give each its own noise`;
      problems.add("E_NOISE_SD", at, message);
      return [];
    }
    const { expression } = intensity;
    const row = expression.kind === "name" ? params.get(expression.name) : undefined;
    if (row !== undefined) return [{ kind: "param", row }];
    if (source.hasEquations && !source.isComplex(expression)) return [{ kind: "expression", expression }];
    const message = source.hasEquations
      ? `${says} is complex; use real(), imag() or abs()`
      : `${says} is an expression, but this model was given as a module, for which it can be a number or the path of a parameter`;
    problems.add("E_NOISE_SD", at, message);
    return [];
  });
}

function checkKind(problems: Problems, solver: Solver): void {
  if (solver.kind === "stochastic") return;
  const all: Solver[] = Object.values(solvers);
  const noisy = all.find(({ withoutNoise }) => withoutNoise === solver.name)?.name;
  const message = `solver ${solver.name} takes no noise; use euler-maruyama (Itô) or stochastic-heun (Stratonovich)`;
  problems.add("E_NOISE_SOLVER", ["solver"], message, noisy ?? "euler-maruyama");
}

function checkSolver(problems: Problems, found: readonly NoisyVariable[], { source, solver }: Lookup): void {
  const noisyInputs = found.filter(({ kind }) => kind === "input").map(({ path }) => path);
  const noisyStates = found.filter(({ kind }) => kind === "state").map(({ path }) => path);
  for (const { path, sd } of found) {
    if (sd.kind !== "expression") continue;
    const needs = source.dependsOn(sd.expression);
    const white = noisyInputs.find((input) => needs.has(input));
    if (white !== undefined) {
      problems.add("E_NOISE_SD", ["noise", path, "sd"], `sd of noise ${path} depends on ${white}, which is white noise itself`);
    }
    const other = noisyStates.find((state) => state !== path && needs.has(state));
    if (solver.name !== "milstein" || other === undefined) continue;
    const message = `milstein takes noise whose sd depends on no other noisy state, but that of ${path} depends on ${other}; use euler-maruyama`;
    problems.add("E_NOISE_SOLVER", ["solver"], message, "euler-maruyama");
  }
  if (solver.name === "milstein" && noisyInputs.length > 0) {
    const message = `milstein takes noise on states alone, but ${noisyInputs[0]} is an input; use euler-maruyama, which is as good for additive noise`;
    problems.add("E_NOISE_SOLVER", ["solver"], message, "euler-maruyama");
  }
}
