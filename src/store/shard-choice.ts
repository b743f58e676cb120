import * as v from "valibot";
import { isPlain, kindOf } from "../check.ts";
import { refusal } from "../errors.ts";

/** Which shards of a sweep: every n-th from the i-th, by text or as an object, or a list of numbers. */
export type ShardChoice = `${number}/${number}` | (string & {}) | readonly number[] | { readonly index: number; readonly count: number };

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Checks which shards are asked for. Throws E_SHARD_CHOICE. */
export function checkChoice(choice: unknown): void {
  if (choice === undefined || choice === null) return;
  if (Array.isArray(choice)) {
    const wrong = choice.findIndex((each) => !v.is(whole, each));
    if (wrong < 0) return;
    throw badChoice(`shards[${wrong}] must be the number of a shard, from 0, but ${kindOf(choice[wrong])} was found`);
  }
  everyNth(choice);
}

/** The numbers of the shards that are asked for, of a sweep with `count` shards, in rising order. */
export function chosenShards(choice: ShardChoice | undefined, count: number): number[] {
  const nth = choice === undefined || choice === null ? { index: 0, count: 1 } : Array.isArray(choice) ? undefined : everyNth(choice);
  if (nth) return Array.from({ length: Math.max(0, Math.ceil((count - nth.index) / nth.count)) }, (_, k) => nth.index + k * nth.count);
  const list = [...new Set(Array.isArray(choice) ? choice.map(Number) : [])].sort((a, b) => a - b);
  const last = list[list.length - 1];
  if (last >= count) throw badChoice(`there is no shard ${last}: the sweep has ${count}, whose numbers are 0 to ${count - 1}`);
  return list;
}

function everyNth(choice: unknown): { index: number; count: number } {
  const text = typeof choice === "string" ? /^(\d{1,15})\/(\d{1,15})$/.exec(choice) : undefined;
  const { index, count } = text ? { index: Number(text[1]), count: Number(text[2]) } : isPlain(choice) ? choice : {};
  if (!v.is(whole, index) || !v.is(whole, count) || count === 0) {
    const says = '"i/n", such as "0/8", { index, count }, or a list of numbers of shards';
    throw badChoice(`shards must be ${says}, but ${kindOf(choice)} was found`);
  }
  if (index < count) return { index, count };
  const message = `shards ${index}/${count} are none: of ${count} parts the first is 0/${count} and the last ${count - 1}/${count}`;
  throw badChoice(message);
}

function badChoice(message: string): Error {
  return refusal("E_SHARD_CHOICE", message, { path: ["shards"] });
}

/** Ranges that are listed. */
const MOST_RANGES = 20;

/** Numbers as ranges, each by its first and its last. */
export function rangesOf(numbers: Iterable<number>): [first: number, last: number][] {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges[ranges.length - 1];
    if (range && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** Ranges as text: "0, 3-7". */
export function rangesText(ranges: readonly (readonly [first: number, last: number])[]): string {
  const shown = ranges.slice(0, MOST_RANGES).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
  return `${shown.join(", ")}${ranges.length > MOST_RANGES ? `, and ${ranges.length - MOST_RANGES} more ranges` : ""}`;
}
