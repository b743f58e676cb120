import * as v from "valibot";
import { checkEntries, type Entry, isDetached, kindOf, type Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import type { BoundsOption, PulseOption } from "../options/options.ts";
import type { Clock } from "../sweep/clock.ts";
import type { InitialState, Pulse, StateBounds } from "../sweep/job.ts";
import { isNumberList } from "../sweep/points.ts";
import { wholeNumber } from "../whole.ts";
import type { TermUse } from "./mapping.ts";
import { resolvePath, type Target } from "./paths.ts";

type Path = (string | number)[];

/** What moves the states beside equations, inputs and noise; rows are those of the source's own model. */
export interface StateChanges {
  bounds: StateBounds[];
  pulses: Pulse[];
  initialStates: InitialState[];
}

/** The states that a path of an option names; what is no state is told. */
export function resolveStates(problems: Problems, targets: readonly Target[], option: string, path: string): Target[] {
  const at = [option, path];
  const found = resolvePath(problems, targets, path, { code: "E_UNKNOWN_VARIABLE", path: at, says: `${option} ${sanitize(path)}` });
  const states = found.filter(({ kind }) => kind === "state");
  const other = found.find(({ kind }) => kind !== "state");
  if (other) {
    const known = targets.filter(({ kind }) => kind === "state").map(({ variable }) => variable.path);
    const message = `${other.variable.path} is no state, and ${option} are of states alone: ${listed(known)}`;
    problems.add("E_NOT_A_STATE", at, message);
  }
  return other ? [] : states;
}

/** Tells each state that two paths of an option name. */
function checkOnce(problems: Problems, owners: Map<number, string>, option: string, path: string, { row, variable }: Target): boolean {
  const other = owners.get(row);
  owners.set(row, path);
  if (other === undefined) return true;
  const message = `${sanitize(other)} and ${sanitize(path)} of ${option} both name ${variable.path}; keep one`;
  problems.add("E_STATE_CONFLICT", [option, path], message);
  return false;
}

/** Finds the bounds of states: path → [low, high], null where there is none. */
export function resolveBounds(
  problems: Problems,
  bounds: Readonly<Record<string, BoundsOption>>,
  targets: readonly Target[],
): StateBounds[] {
  const owners = new Map<number, string>();
  return Object.entries(bounds).flatMap(([path, range]) => {
    const ends = endsOf(range);
    if (ends === undefined || !(ends.low <= ends.high)) {
      const says = "[low, high], low at or below high, null where there is none";
      problems.add("E_BOUNDS", ["bounds", path], `bounds of ${sanitize(path)} are ${says}, but ${shown(range)} was found`);
      return [];
    }
    const found = resolveStates(problems, targets, "bounds", path);
    return found.filter((target) => checkOnce(problems, owners, "bounds", path, target)).map(({ row }) => ({ row, ...ends }));
  });
}

function endsOf(range: unknown): { low: number; high: number } | undefined {
  if (!Array.isArray(range) || range.length !== 2) return undefined;
  const [low, high] = [range[0] ?? Number.NEGATIVE_INFINITY, range[1] ?? Number.POSITIVE_INFINITY];
  return typeof low === "number" && typeof high === "number" ? { low, high } : undefined;
}

function shown(value: unknown): string {
  return Array.isArray(value) && value.length < 5 ? `[${value.map((each) => kindOf(each)).join(", ")}]` : kindOf(value);
}

const listSays = "a finite number, or a list of them";
const numberOrList = v.custom<number | ArrayLike<number>>((value) => numberList(value) !== undefined);
const pulseEntries: Record<string, Entry> = {
  at: { schema: numberOrList, says: listSays, required: true },
  by: { schema: numberOrList, says: listSays, required: true },
};

/** Finite numbers: a list, or one. */
function numberList(value: unknown): number[] | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? [value] : undefined;
  if (!isNumberList(value) || isDetached(value)) return undefined;
  const values: unknown[] = Array.from(value);
  const numbers = values.filter((each): each is number => typeof each === "number" && Number.isFinite(each));
  return numbers.length === values.length && numbers.length > 0 ? numbers : undefined;
}

/** What pulses are looked up in; no clock where the times are at fault. */
interface PulseLookup {
  targets: readonly Target[];
  /** Grid keys that drive sizes of pulses. */
  sizes: readonly TermUse[];
  clock: Clock | undefined;
  simulationTime: number;
}

/** Finds what is added to states, and when: path → { at, by }. */
export function resolvePulses(problems: Problems, pulses: Readonly<Record<string, PulseOption>>, lookup: PulseLookup): Pulse[] {
  const found = Object.entries(pulses).flatMap(([path, option]) => {
    const at = ["pulses", path];
    const before = problems.list.length;
    const swept = lookup.sizes.find((use) => use.term === path);
    checkEntries(problems, option, pulseEntries, at);
    if (problems.list.length > before) return [];
    const times = numberList(option.at) ?? [];
    const sizes = numberList(option.by) ?? [];
    if (swept && typeof option.by !== "number") {
      const message = `by of pulses ${sanitize(path)} is set by the grid, so it cannot be a list; give a number`;
      problems.add("E_PULSE", [...at, "by"], message);
    } else if (sizes.length !== times.length && typeof option.by !== "number") {
      const message = `pulses ${sanitize(path)} have ${times.length} times and ${sizes.length} sizes; give one number, or one for each time`;
      problems.add("E_PULSE", [...at, "by"], message);
    }
    const states = resolveStates(problems, lookup.targets, "pulses", path);
    const moments = times.map((time) => momentOf(problems, [...at, "at"], time, lookup));
    if (problems.list.length > before) return [];
    const size = (i: number): Pulse["by"] => (swept ? { kind: "key", key: swept.key } : { kind: "number", value: sizes[i] ?? sizes[0] });
    return states.flatMap(({ row }) => moments.map((time, i) => ({ row, time, by: size(i) })));
  });
  return found.sort((a, b) => a.time - b.time);
}

/** When a pulse comes, as steps or samples have it; tells a time at which none can. */
function momentOf(problems: Problems, path: Path, time: number, { clock, simulationTime }: PulseLookup): number {
  if (clock === undefined) return time;
  if (time < 0 || !(time < simulationTime)) {
    problems.add("E_PULSE", path, `a pulse at ${time} is not within the run, from 0 to before simulationTime ${simulationTime}`);
    return time;
  }
  // A label that is the time of a pulse but for rounding is the pulse's.
  if (clock.kind === "adaptive") return (wholeNumber(time / clock.samplingStep) ?? time / clock.samplingStep) * clock.samplingStep;
  const steps = time / clock.stepSize;
  if (time !== 0 && wholeNumber(steps) === undefined) {
    const near = [Math.floor(steps), Math.floor(steps) + 1].map((k) => Number((k * clock.stepSize).toPrecision(12))).join(" or ");
    const message = `a pulse at ${time} is within a step of ${clock.stepSize}, and pulses come between two steps; use ${near}, another stepSize, or an adaptive solver`;
    problems.add("E_PULSE", path, message);
  } else if (Math.round(steps) >= clock.steps) {
    problems.add("E_PULSE", path, `a pulse at ${time} is behind the last step of ${clock.stepSize}; use an earlier time`);
  }
  return time;
}
