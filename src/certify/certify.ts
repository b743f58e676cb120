import type { Table } from "apache-arrow/table";
import { valueAt } from "../kernel/key-values.ts";
import type { NormalOptions } from "../options/defaults.ts";
import type { CertifyOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { certificateColumns } from "../sweep/columns.ts";
import { nameOf } from "../sweep/points.ts";
import { numbers, strings, tableOf } from "../table/arrow.ts";
import { betterSolver, betterStep, type Search } from "./advice.ts";
import { type ArithmeticError, arithmeticError, arithmeticText } from "./arithmetic.ts";
import { type Certificate, type CertifiedChange, type CertifiedQuantity, percent, wordsOf } from "./certificate.ts";
import { type Changed, type Comparison, compare, idOf, type QuantityError } from "./compare.ts";
import { type JumpsInSteps, jumpsInSteps, jumpsText } from "./jumps.ts";
import { referenceOf, refined } from "./reference.ts";
import { planRerun, rerun, samplePoints } from "./rerun.ts";
import { exactly, plainCall, withShorterSteps, withTighterTolerances } from "./variations.ts";

/** Memory for the traces of each of the runs. */
const TRACE_BYTES = 64e6;

/**
 * Measures how far a sweep is from its equations: runs a seeded sample of its points at half the step, and with an adaptive solver of
 * high order, with the very same inputs. Where that is not possible (delays, noise on states), half the step is the reference, and its
 * distance is extrapolated by the order of the solver.
 */
export async function certify(
  options: NormalOptions,
  plan: Plan,
  { tolerance, points, seed, absolute }: Required<CertifyOptions>,
): Promise<Certificate> {
  const { signal } = options;
  const call = plainCall(options, plan);
  const sample = samplePoints(plan.points.names.length, Math.min(points, affordable(plan)), seed);
  const { solver } = plan.jobs[0];
  const exact = exactly(call);
  const finerCall = solver.kind === "adaptive" ? withTighterTolerances(exact) : withShorterSteps(exact, 2, plan);
  const own = await rerun(planRerun(call), sample, signal);
  const finer = await rerun(planRerun(finerCall), sample, signal);
  const reference = refined(await referenceOf(exact, { sample, signal, own, finer, job: plan.jobs[0] }), own, absolute);
  const compared = compare(own, reference.run, absolute);
  const doubt = (each: QuantityError) => reference.doubts?.get(idOf(each)) ?? 0;
  const scaled = compared.errors.map((each) => ({ ...each, error: (each.error + doubt(each)) * reference.factor }));
  const counted = !options.results ? scaled.filter(({ kind }) => kind === "feature") : scaled;
  const halved = new Map(compare(finer, reference.run, absolute).errors.map((each) => [idOf(each), each.error]));
  const errorHalved = (each: QuantityError) =>
    reference.factor > 1 ? each.error / (1 << solver.order) : (halved.get(idOf(each)) ?? Number.NaN);
  const largest = counted.reduce((most, { error }) => Math.max(most, error), 0);
  const facts = {
    met: largest <= tolerance && compared.changed.length === 0 && reference.missing.length === 0,
    tolerance,
    points: sample.filter((point) => !reference.missing.includes(point)).map((point) => nameOf(plan.points.names, point)),
    withoutReference: reference.missing.map((point) => nameOf(plan.points.names, point)),
    reference: reference.says,
    largest,
    quantities: worstOf(counted).map((each) => quantityOf(plan, each, errorHalved(each))),
    changes: compared.changed.map((each) => changeOf(plan, each)),
    leftOut: compared.leftOut,
    floors: compared.floors,
  };
  const search: Search = {
    ...{ options: call, plan, reference: reference.run, tolerance, absolute, order: solver.order, signal },
    points: sample.filter((point) => isOff(point, { ...compared, errors: counted }, tolerance)),
  };
  const tried = search.points.length > 0 && reference.factor === 1;
  const advice = !tried ? {} : await adviceFor(search, { ...compared, errors: counted });
  const words = wordsOf({ ...facts, ...advice }, { points: plan.points.names.length, stepSize: options.stepSize, absolute, tried });
  const further = furtherOf(
    await arithmeticError({ call, plan, own, sample, reference, absolute }),
    jumpsInSteps(call, plan, sample),
    plan,
  );
  const text = [words, ...further.lines].join("\n");
  return { ...facts, ...advice, ...further.facts, text, table: comparisonTable(plan, counted, errorHalved) };
}

/** How many points have traces that there is memory for. */
function affordable({ clock, columns }: Plan): number {
  const rows = Math.max(1, clock.sampleCount * Math.max(1, columns.length));
  return Math.max(1, Math.floor(TRACE_BYTES / (rows * 8)));
}

/** What a certificate says beside the errors, where there is such: as values, and in words. */
function furtherOf(
  arithmetic: ArithmeticError | undefined,
  jumps: JumpsInSteps | undefined,
  { timeUnit }: Plan,
): { facts: Pick<Certificate, "arithmetic" | "jumps">; lines: string[] } {
  const lines = [...(arithmetic ? [arithmeticText(arithmetic, percent)] : []), ...(jumps ? [jumpsText(jumps, timeUnit)] : [])];
  return { facts: { ...(arithmetic ? { arithmetic } : {}), ...(jumps ? { jumps } : {}) }, lines };
}

/** Whether a point is off by more than the tolerance, or has another regime. */
function isOff(point: number, { errors, changed }: Comparison, tolerance: number): boolean {
  return errors.some((each) => each.point === point && each.error > tolerance) || changed.some((each) => each.point === point);
}

/** Steps and solvers that would do, by running them. */
async function adviceFor(
  search: Search,
  compared: Comparison,
): Promise<Pick<Certificate, "stepForFeatures" | "stepForAll" | "solverForAll">> {
  const traces = compared.errors.some(({ kind }) => kind === "trace");
  const isFixed = search.plan.jobs[0].solver.kind !== "adaptive";
  const stepForFeatures = isFixed ? await betterStep(search, compared, "features") : undefined;
  const stepForAll = isFixed && traces ? await betterStep(search, compared, "all") : stepForFeatures;
  const solverForAll = stepForAll === undefined ? await betterSolver(search) : undefined;
  return {
    ...(stepForFeatures === undefined ? {} : { stepForFeatures }),
    ...(stepForAll === undefined ? {} : { stepForAll }),
    ...(solverForAll === undefined ? {} : { solverForAll }),
  };
}

/** For each quantity its largest error, from the largest down. */
function worstOf(errors: readonly QuantityError[]): QuantityError[] {
  const worst = new Map<string, QuantityError>();
  for (const each of errors) if (each.error >= (worst.get(each.quantity)?.error ?? 0)) worst.set(each.quantity, each);
  return [...worst.values()].sort((a, b) => b.error - a.error);
}

function quantityOf(plan: Plan, { quantity, error, value, reference, point }: QuantityError, errorHalved: number): CertifiedQuantity {
  return { quantity, error, errorHalved, ...pointOf(plan, point), value, reference };
}

function changeOf(plan: Plan, { point, ...rest }: Changed): CertifiedChange {
  return { ...rest, ...pointOf(plan, point) };
}

function pointOf({ points }: Plan, point: number): { key: string; grid: Record<string, number> } {
  return {
    key: nameOf(points.names, point),
    grid: Object.fromEntries(points.keys.map((key, i) => [key, valueAt(points.columns[i], point)])),
  };
}

function comparisonTable(plan: Plan, errors: readonly QuantityError[], errorHalved: (each: QuantityError) => number): Table {
  const { points } = plan;
  const column = (value: (each: QuantityError) => number) => numbers(Float64Array.from(errors, value));
  const children = [
    strings(errors.map(({ point }) => nameOf(points.names, point))),
    ...points.columns.map((values) => column(({ point }) => valueAt(values, point))),
    strings(errors.map(({ quantity }) => quantity)),
    ...[column(({ value }) => value), column(({ reference }) => reference), column(({ error }) => error), column(errorHalved)],
  ];
  return tableOf(certificateColumns({ keys: points.keys }), children);
}
