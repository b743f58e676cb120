import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { historyBytes } from "../kernel/delays.ts";
import { Kernel } from "../kernel/kernel.ts";
import { distinctValues, valueAt } from "../kernel/key-values.ts";
import { groupBy, largest } from "../lists.ts";
import type { EdgeDelay, EdgeDelays } from "../model/equation/equations.ts";
import { type DelayForm, delayForm, MOST_STAGES } from "../model/template/delay.ts";
import type { VariedDelays } from "../model/template/edges.ts";
import { EXACT } from "../sweep/arithmetic.ts";
import { blocksOf } from "../sweep/blocks.ts";
import { type FixedJob, type Job, pointAt } from "../sweep/job.ts";
import { isMade, type KeyValues } from "../sweep/key-values.ts";
import type { PointNumbers } from "../sweep/point-numbers.ts";
import { type Combinations, combinationsOf } from "./combinations.ts";
import type { DelayUse } from "./edges.ts";
import { inBytes, lanesOf } from "./size.ts";

/** Points whose delays have the same structure, which one model computes. */
export interface DelayGroup {
  varied: VariedDelays;
  /** The points, where there are several groups. */
  points: PointNumbers | undefined;
}

interface Sweep {
  /** Values of each grid key, one a point. */
  values: readonly KeyValues[];
  points: number;
  stepSize: number;
}

/** An edge whose delay or spread the grid varies. */
interface VariedEdge {
  edge: string;
  given: EdgeDelay;
  uses: DelayUse[];
}

/** Groups the points of a sweep by the forms of the delays that the grid varies. */
export function groupByDelay(problems: Problems, uses: readonly DelayUse[], given: EdgeDelays, sweep: Sweep): DelayGroup[] {
  if (uses.length === 0) return [{ varied: new Map(), points: undefined }];
  const edges = [...groupBy(uses, ({ edge }) => edge)];
  const combinations = combinationsOf(sweep.values, new Set(uses.map(({ key }) => key)), sweep.points);
  const forms = edges.map(([edge, ofEdge]) => {
    return formsOf(problems, { edge, given: given.get(edge) ?? { delay: 0, spread: 0 }, uses: ofEdge }, combinations, sweep);
  });
  const structureOf = (form: DelayForm) => (form.kind === "chain" ? form.stages : form.kind);
  const groups = groupBy(new Array(combinations.count).keys(), (number) => forms.map((form) => structureOf(form[number])).join(" "));
  const pointsOf = groups.size > 1 ? combinations.pointsOf([...groups.values()]) : [undefined];
  return [...groups.values()].map((numbers, group) => ({
    varied: new Map(edges.map(([edge], i) => [edge, forms[i][numbers[0]]])),
    points: pointsOf[group],
  }));
}

/** The form of an edge's delay at every combination. The first point at which there is none is told. */
function formsOf(
  problems: Problems,
  { edge, given, uses }: VariedEdge,
  { count, firstPoint }: Combinations,
  { values, stepSize }: Sweep,
): DelayForm[] {
  const column = (what: DelayUse["what"]) => {
    const use = uses.find((each) => each.what === what);
    return use ? values[use.key] : undefined;
  };
  const [delays, spreads] = [column("delay"), column("spread")];
  let told = false;
  return Array.from({ length: count }, (_, number) => {
    const point = firstPoint(number);
    const at = {
      delay: delays ? valueAt(delays, point) : given.delay,
      spread: spreads ? valueAt(spreads, point) : given.spread,
    };
    const fault = told ? undefined : faultOf(at, stepSize);
    if (fault !== undefined) problems.add("E_DELAY", uses[0].at, `the delay of edge ${sanitize(edge)} at point ${point}: ${fault}`);
    told ||= fault !== undefined;
    return delayForm(at.delay, at.spread);
  });
}

function faultOf({ delay, spread }: EdgeDelay, stepSize: number): string | undefined {
  if (delay < 0 || spread < 0) return `a delay and its spread must be 0 or more, but ${delay < 0 ? delay : spread} was found`;
  const form = delayForm(delay, spread);
  if (form.kind === "chain" && form.stages > MOST_STAGES) {
    return `delay ${delay} over spread ${spread} needs a chain of ${form.stages} stages; at most ${MOST_STAGES} are possible`;
  }
  return tooShort(delay, stepSize) ? shortMessage(delay, stepSize) : undefined;
}

function tooShort(delay: number, stepSize: number): boolean {
  return delay > 0 && delay < stepSize * (1 - 1e-9);
}

function shortMessage(delay: number, stepSize: number): string {
  return `${delay} is shorter than one step of ${stepSize}; use a smaller stepSize, or no delay`;
}

/** What the delay lines of two lanes may take. */
const MOST_BYTES = 2 ** 30;

/** The longest delay of each delayed value of a job, in the model's time unit; tells a delay that cannot be. */
export function longestDelays(problems: Problems, job: Job, points: number): Float64Array {
  const { history: memory } = job.model;
  // Adaptive solvers refuse models with delays.
  if (!memory || job.adaptive) return new Float64Array(0);
  const longest = new Float64Array(memory.delayed.length).fill(Number.NEGATIVE_INFINITY);
  const shortest = new Float64Array(memory.delayed.length).fill(Number.POSITIVE_INFINITY);
  const note = (value: number, i: number) => {
    longest[i] = Math.max(longest[i], value);
    shortest[i] = Math.min(shortest[i], value);
  };
  if (memory.delayed.every(({ delay }) => typeof delay === "number")) {
    memory.delayed.forEach(({ delay }, i) => {
      note(Number(delay), i);
    });
  } else if (memory.delayed.every(({ delay }) => typeof delay === "number" || delay.row < job.model.params.length)) {
    memory.delayed.forEach(({ delay }, i) => {
      for (const values of typeof delay === "number" ? [[delay]] : valuesOfParam(job, delay.row))
        for (let at = 0; at < values.length; at++) note(values[at], i);
    });
  } else {
    const lanes = lanesOf(job, points);
    // Its steps are not taken, and there is no loop yet.
    const kernel = new Kernel({ ...job, arithmetic: EXACT }, lanes);
    for (const block of blocksOf([{ job: 0, first: 0, points, most: lanes }])) {
      kernel.load(block);
      for (const [i, row] of kernel.delays().entries()) for (const value of row) note(value, i);
    }
  }
  memory.delayed.forEach((_, i) => {
    checkDelay(problems, job, i, { longest: longest[i], shortest: shortest[i] });
  });
  return longest;
}

/** The values that a parameter has at the points of a job, each at least once, in pieces. */
function valuesOfParam(job: Job, row: number): Iterable<ArrayLike<number>> {
  const assignment = job.assignments.findLast((each) => each.kind === "param" && each.row === row);
  if (!assignment) return [[job.model.params[row].value]];
  if (assignment.isImaginary) return [[0]];
  const column = job.values[assignment.key];
  const { points } = job;
  if (points === undefined) return distinctValues(column);
  if (!(points instanceof Uint32Array) && points.kind === "axis" && !(column instanceof Float64Array) && !isMade(column)) {
    const isOwn = column.each === points.each && column.values.length === points.values;
    return [isOwn ? Float64Array.from(points.chosen, (number) => column.values[number]) : column.values];
  }
  return [Float64Array.from({ length: points.length }, (_, position) => valueAt(column, pointAt(job, position)))];
}

/** A job with its longest delay, where what it remembers fits into memory; `longest` has the longest delay of each delayed value. */
export function withLongestDelay(problems: Problems, job: Job, longest: Float64Array): Job {
  if (job.adaptive || longest.length === 0) return job;
  return {
    ...job,
    longestDelay: checkMemory(problems, { ...job, longestDelay: Math.ceil(Math.max(0, largest(longest)) / job.clock.stepSize) }),
  };
}

function checkDelay(
  problems: Problems,
  { model, clock: { stepSize } }: FixedJob,
  i: number,
  range: { longest: number; shortest: number },
): void {
  const delayed = model.history?.delayed[i];
  if (!delayed) return;
  const tell = (message: string) => problems.add("E_DELAY", ["circuitTemplate"], `the delay of ${sanitize(delayed.path)}: ${message}`);
  if (!(range.shortest >= 0 && Number.isFinite(range.longest))) {
    tell(`a delay must be 0 or more, but ${range.shortest >= 0 ? range.longest : range.shortest} was found`);
  } else if (delayed.edge && tooShort(range.shortest, stepSize)) tell(shortMessage(range.shortest, stepSize));
  else if (!delayed.edge && delayed.state === undefined && range.shortest < stepSize * (1 - 1e-9)) {
    tell(`${range.shortest} is shorter than one step of ${stepSize}, which only the past of a state can be; use a smaller stepSize`);
  }
}

/** The longest delay, where what it needs can be had. */
function checkMemory(problems: Problems, job: Job): number {
  if (!Number.isFinite(job.longestDelay)) return 0;
  const bytes = 2 * historyBytes(job);
  if (bytes <= MOST_BYTES) return job.longestDelay;
  const message =
    `delays of up to ${job.longestDelay} steps need ${inBytes(bytes)} of memory for two points; ` +
    `at most ${inBytes(MOST_BYTES)} are possible: use a larger stepSize or shorter delays`;
  problems.add("E_DELAY", ["circuitTemplate"], message);
  return 0;
}
