import type { Table } from "apache-arrow/table";
import { MassgridError } from "../errors.ts";
import type { NormalOptions } from "../options/defaults.ts";
import type { CertifyOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import { certificateColumns } from "../sweep/columns.ts";
import { nameOf } from "../sweep/points.ts";
import type { Solver } from "../sweep/solver.ts";
import { numbers, strings, tableOf } from "../table/arrow.ts";
import { type Certificate, type CertifiedChange, type CertifiedQuantity, wordsOf } from "./certificate.ts";
import { compare, type QuantityError } from "./compare.ts";
import { jumpsInSteps, jumpsText } from "./jumps.ts";
import { planRerun, type Rerun, rerun, samplePoints } from "./rerun.ts";
import { plainCall, withReference, withShorterSteps, withTighterTolerances } from "./variations.ts";

/** Memory for the traces of each of the runs. */
const TRACE_BYTES = 64e6;

/** A reference: what the sampled points should have come to, and what that is said to be. */
interface Reference {
  run: Rerun;
  says: string;
  /** Factor from the distance to a finer run to the error: above 1 where the reference is only half a step. */
  factor: number;
}

/**
 * Measures how far a sweep is from its equations: runs a seeded sample of its points at half the step, and with an adaptive solver of
 * high order, with the very same inputs. Where that is not possible (delays, noise on states), half the step is the reference, and its
 * distance is extrapolated by the order of the solver.
 */
export async function certify(
  options: NormalOptions,
  plan: Plan,
  { tolerance, points, seed }: Required<CertifyOptions>,
): Promise<Certificate> {
  const { signal } = options;
  const call = plainCall(options, plan);
  const rows = Math.max(1, plan.clock.sampleCount * Math.max(1, plan.columns.length));
  const affordable = Math.max(1, Math.floor(TRACE_BYTES / (rows * 8)));
  const sample = samplePoints(plan.points.names.length, Math.min(points, affordable), seed);
  const { solver } = plan.jobs[0];
  const finerCall = solver.kind === "adaptive" ? withTighterTolerances(call) : withShorterSteps(call, 2, plan);
  const own = await rerun(planRerun(call), sample, signal);
  const finer = await rerun(planRerun(finerCall), sample, signal);
  const reference = await referenceOf(call, { sample, signal, finer, solver });
  const { errors, changed } = compare(own, reference.run);
  const scaled = errors.map((each) => ({ ...each, error: each.error * reference.factor }));
  const counted = !options.results ? scaled.filter(({ kind }) => kind === "feature") : scaled;
  const halved = new Map(compare(finer, reference.run).errors.map((each) => [idOf(each), each.error]));
  const errorHalved = (each: QuantityError) =>
    reference.factor > 1 ? each.error / (1 << solver.order) : (halved.get(idOf(each)) ?? Number.NaN);
  const largest = counted.reduce((most, { error }) => Math.max(most, error), 0);
  const facts = {
    met: largest <= tolerance && changed.length === 0,
    tolerance,
    points: sample.map((point) => nameOf(plan.points.names, point)),
    reference: reference.says,
    largest,
    quantities: worstOf(counted).map((each): CertifiedQuantity => {
      const { quantity, error, value, reference } = each;
      return { quantity, error, errorHalved: errorHalved(each), ...pointOf(plan, each.point), value, reference };
    }),
    changes: changed.map(({ point, ...rest }): CertifiedChange => ({ ...rest, ...pointOf(plan, point) })),
  };
  const offenders = sample.filter((point) => counted.some((each) => each.point === point && each.error > tolerance));
  const search = { options: call, plan, reference: reference.run, points: offenders, tolerance, order: solver.order, signal };
  const steps = facts.met || solver.kind === "adaptive" || reference.factor > 1 ? {} : await stepsFor(search, counted);
  const words = wordsOf({ ...facts, ...steps }, { points: plan.points.names.length, stepSize: options.stepSize, solver: solver.name });
  const jumps = jumpsInSteps(call, plan, sample);
  const text = jumps ? `${words}\n${jumpsText(jumps, plan.timeUnit)}` : words;
  return { ...facts, ...steps, ...(jumps ? { jumps } : {}), text, table: comparisonTable(plan, counted, errorHalved) };
}

function idOf({ point, quantity }: QuantityError): string {
  return `${point} ${quantity}`;
}

/** Runs the reference: by dop853, by rodas4 where points are stiff, or the finer run where neither can step the model. */
async function referenceOf(
  call: NormalOptions,
  { sample, signal, finer, solver }: { sample: readonly number[]; signal: AbortSignal | undefined; finer: Rerun; solver: Solver },
): Promise<Reference> {
  try {
    const run = await rerun(planRerun(withReference(call, "dop853")), sample, signal);
    if (![...run.points.values()].some(({ limited }) => limited)) return { run, says: "dop853 at rtol 1e-11", factor: 1 };
    return { run: await rerun(planRerun(withReference(call, "rodas4")), sample, signal), says: "rodas4 at rtol 1e-9", factor: 1 };
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    const half = 1 << solver.order;
    return { run: finer, says: solver.kind === "adaptive" ? "a tenth of the tolerances" : "half the step", factor: half / (half - 1) };
  }
}

async function stepsFor(search: Parameters<typeof betterStep>[0], errors: readonly QuantityError[]) {
  const stepForFeatures = await betterStep(search, errors, ({ kind }) => kind === "feature");
  const traces = errors.some(({ kind }) => kind === "trace");
  const stepForAll = traces ? await betterStep(search, errors, () => true) : stepForFeatures;
  return { ...(stepForFeatures === undefined ? {} : { stepForFeatures }), ...(stepForAll === undefined ? {} : { stepForAll }) };
}

/** For each quantity its largest error, from the largest down. */
function worstOf(errors: readonly QuantityError[]): QuantityError[] {
  const worst = new Map<string, QuantityError>();
  for (const each of errors) if (each.error >= (worst.get(each.quantity)?.error ?? 0)) worst.set(each.quantity, each);
  return [...worst.values()].sort((a, b) => b.error - a.error);
}

function pointOf({ points }: Plan, point: number): { key: string; grid: Record<string, number> } {
  return { key: nameOf(points.names, point), grid: Object.fromEntries(points.keys.map((key, i) => [key, points.columns[i][point]])) };
}

function comparisonTable(plan: Plan, errors: readonly QuantityError[], errorHalved: (each: QuantityError) => number): Table {
  const { points } = plan;
  const column = (value: (each: QuantityError) => number) => numbers(Float64Array.from(errors, value));
  const children = [
    strings(errors.map(({ point }) => nameOf(points.names, point))),
    ...points.columns.map((values) => column(({ point }) => values[point])),
    strings(errors.map(({ quantity }) => quantity)),
    ...[column(({ value }) => value), column(({ reference }) => reference), column(({ error }) => error), column(errorHalved)],
  ];
  return tableOf(certificateColumns({ keys: points.keys }), children);
}

/** Evaluations of the right-hand side, of all points together, that looking for a better step may take: about two seconds. */
const MOST_WORK = 1.5e8;
/** Steps of that many parts of the present one are tried. */
const MOST_PARTS = 4096;

export interface Search {
  options: NormalOptions;
  plan: Plan;
  reference: Rerun;
  points: readonly number[];
  tolerance: number;
  order: number;
  signal: AbortSignal | undefined;
}

/**
 * The longest step, a whole fraction of the present one, at which the errors that `counts` picks are within the tolerance: guessed
 * from the order of the solver, and then run. Undefined where it would take too long to find out.
 */
export async function betterStep(
  search: Search,
  errors: readonly QuantityError[],
  counts: (error: QuantityError) => boolean,
): Promise<number | undefined> {
  const { options, plan, reference, points, tolerance, order, signal } = search;
  const worst = (list: readonly QuantityError[]) => list.filter(counts).reduce((most, { error }) => Math.max(most, error), 0);
  let most = worst(errors);
  if (most <= tolerance) return options.stepSize;
  let parts = 1;
  let work = 0;
  while (most > tolerance) {
    // An error above one is no small one: the order says nothing of it yet.
    parts = nice(parts * partsFor((1.1 * Math.min(most, 1)) / tolerance, order));
    work += parts * inputGrid(plan.clock).steps * points.length * plan.jobs[0].solver.stages;
    if (parts > MOST_PARTS || work > MOST_WORK) return undefined;
    signal?.throwIfAborted();
    const finer = await rerun(planRerun(withShorterSteps(options, parts, plan)), points, signal);
    most = worst(compare(finer, reference).errors);
  }
  return Number((options.stepSize / parts).toPrecision(12));
}

/** Into how many parts a step must be cut for its error to become `ratio` times as small, by the order of the solver: 1.5 to 32. */
function partsFor(ratio: number, order: number): number {
  for (let parts = 1.5; parts < 32; parts *= 1.25) {
    let gain = 1;
    for (let i = 0; i < order; i++) gain *= parts;
    if (gain >= ratio) return parts;
  }
  return 32;
}

/** The next number of the kind 1, 2, 4, 5, 8 times a power of ten: steps that people write down. */
function nice(parts: number): number {
  let power = 1;
  while (power * 10 <= parts) power *= 10;
  const digit = [1, 2, 4, 5, 8, 10].find((each) => each * power >= parts * (1 - 1e-9)) ?? 10;
  return digit * power;
}
