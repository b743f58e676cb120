import { valueAt } from "../kernel/key-values.ts";
import type { InputSource, Job, WienerTerm } from "../sweep/job.ts";
import { signalColumn } from "../sweep/streams.ts";

/** An array fluctuates if it turns so often at least, at so large a part of its changes, and has so many different runs of equal values. */
const TURNS = 32;
const SHARE = 0.4;
const KINDS = 16;

type NoisyJob = Pick<Job, "model" | "assignments" | "inputSources" | "wiener" | "values" | "replicates">;

/**
 * Tells for each point of a job whether anything of it is random: noise of an intensity other than 0 on a state or input, a noise source
 * that has a width, or an array on an input that fluctuates from sample to sample. Arrays are looked at when they are first asked for.
 */
export function randomPoints(job: NoisyJob): (point: number) => boolean {
  const terms = [...job.wiener.map((term) => termOf(term, job)), ...job.inputSources.map((source) => sourceOf(source, job))];
  const ofPoint = terms.filter((term) => typeof term === "function");
  if (terms.includes(true)) return () => true;
  return (point) => ofPoint.some((isRandom) => isRandom(point));
}

/** Whether one of a job's terms is random: in all points or none, or in which. */
type Term = boolean | ((point: number) => boolean);

function termOf({ sd }: WienerTerm, { model, assignments, values }: NoisyJob): Term {
  if (sd.kind === "number") return sd.value !== 0;
  if (sd.kind === "computed") return true;
  const key = sd.kind === "key" ? sd.key : assignments.find(({ kind, row }) => kind === "param" && row === sd.row)?.key;
  if (key !== undefined) return (point) => valueAt(values[key], point) !== 0;
  return sd.kind === "key" || model.params[sd.row].value !== 0;
}

function sourceOf(source: InputSource, { replicates }: NoisyJob): Term {
  if (source.kind === "noise") return source.noise.scale !== 0;
  if (source.kind === "constant") return false;
  const found = new Map<number, boolean>();
  return (point) => {
    const column = source.kind === "columns" ? signalColumn(replicates, point, source) : 0;
    const known =
      found.get(column) ??
      (source.kind === "columns" ? fluctuates(source.data, { from: column, stride: source.columns }) : fluctuates(source.samples));
    found.set(column, known);
    return known;
  };
}

/**
 * Whether a signal fluctuates from sample to sample, as white and coloured noise and trains of random events do, and steps, waves and
 * protocols of some pulses do not. It is looked at as runs of equal values: it fluctuates if 32 of them turn at least, 40 % of all (a wave
 * turns twice a period, so that one of five samples a period or more does not), and they are of 16 kinds at least, by value and length.
 */
export function fluctuates(data: Float64Array, { from, stride } = { from: 0, stride: 1 }): boolean {
  const kinds: { value: number; length: number }[] = [];
  let value = data[from];
  let length = 0;
  let sign = 0;
  let changes = 0;
  let turns = 0;
  for (let i = from; i < data.length; i += stride) {
    const next = data[i];
    if (next === value) {
      length++;
      continue;
    }
    if (kinds.length < KINDS && !kinds.some((kind) => kind.value === value && kind.length === length)) kinds.push({ value, length });
    const direction = next > value ? 1 : -1;
    if (direction === -sign) turns++;
    changes++;
    sign = direction;
    value = next;
    length = 1;
  }
  return turns >= TURNS && turns >= SHARE * changes && kinds.length >= KINDS;
}
