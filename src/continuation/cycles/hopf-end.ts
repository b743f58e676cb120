import { type Complex, eigenvalueList } from "../eigenvalues.ts";
import { eliminate, eliminateIn, substituteBack } from "./elimination.ts";
import { lengthOf } from "./exact-functions.ts";

interface Field {
  readonly states: readonly string[];
  evaluate(z: Float64Array, out: Float64Array): void;
  jacobian(z: Float64Array, out: Float64Array): void;
}

/** An equilibrium with a pair of eigenvalues on the imaginary axis. */
export interface HopfPoint {
  state: Float64Array;
  parameter: number;
  /** Imaginary part of the pair. */
  frequency: number;
  /** What the pair's real part is. */
  residual: number;
}

const MOST_TRIES = 40;

/** The Hopf point that a branch of cycles shrinks to: secants on the real part of the pair whose frequency is nearest. */
export function hopfNear(field: Field, guess: Omit<HopfPoint, "residual">, width: number): HopfPoint | undefined {
  const size = field.states.length;
  const at = (parameter: number, state: Float64Array, frequency: number) => {
    const solved = equilibriumAt(field, state, parameter);
    const pair = solved === undefined ? undefined : nearestPair(field, solved, parameter, frequency);
    return solved === undefined || pair === undefined ? undefined : { state: solved, parameter, frequency: pair.im, residual: pair.re };
  };
  let first = at(guess.parameter, guess.state.slice(0, size), guess.frequency);
  let second = first === undefined ? undefined : at(guess.parameter + width, first.state, first.frequency);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (first === undefined || second === undefined) return undefined;
    const next = second.parameter - (second.residual * (second.parameter - first.parameter)) / (second.residual - first.residual);
    const isOver = !Number.isFinite(next) || Math.abs(next - second.parameter) <= 1e-15 * Math.abs(next);
    if (isOver || second.residual === 0) return Math.abs(second.residual) < 1e-7 * second.frequency ? second : undefined;
    [first, second] = [second, at(next, second.state, second.frequency)];
  }
  return second !== undefined && Math.abs(second.residual) < 1e-9 * second.frequency ? second : undefined;
}

/** The frequency of the pair of eigenvalues that is nearest to the imaginary axis, of the equilibrium nearest to a state. */
export function frequencyAt(field: Field, state: Float64Array, parameter: number): number | undefined {
  const solved = equilibriumAt(field, state, parameter);
  return solved === undefined ? undefined : nearestPair(field, solved, parameter, undefined)?.im;
}

function equilibriumAt(field: Field, start: Float64Array, parameter: number): Float64Array | undefined {
  const size = start.length;
  const z = new Float64Array(size + 1);
  z.set(start);
  z[size] = parameter;
  const [slope, jacobian] = [new Float64Array(size), new Float64Array(size * (size + 1))];
  const [square, pivots] = [new Float64Array(size * size), new Uint32Array(size)];
  for (let turn = 0; turn < 20; turn++) {
    field.evaluate(z, slope);
    field.jacobian(z, jacobian);
    takeSquare(jacobian, square, size);
    eliminate(square, { rows: size, columns: size, pivotRows: size, count: size }, pivots);
    eliminateIn(square, size, slope, pivots);
    substituteBack(square, size, slope, new Float64Array(0));
    let moved = 0;
    for (let i = 0; i < size; i++) {
      z[i] -= slope[i];
      moved = Math.max(moved, Math.abs(slope[i]) / (Math.abs(z[i]) + 1e-8));
    }
    if (!Number.isFinite(moved)) return undefined;
    if (moved < 1e-13) break;
  }
  return z.slice(0, size);
}

/** The pair of eigenvalues nearest to the imaginary axis, and to a frequency where one is given. */
function nearestPair(field: Field, state: Float64Array, parameter: number, frequency: number | undefined): Complex | undefined {
  const size = state.length;
  const z = new Float64Array(size + 1);
  z.set(state);
  z[size] = parameter;
  const [jacobian, square] = [new Float64Array(size * (size + 1)), new Float64Array(size * size)];
  field.jacobian(z, jacobian);
  takeSquare(jacobian, square, size);
  const distance = ({ re, im }: Complex) => (frequency === undefined ? Math.abs(re) : lengthOf(re, im - frequency));
  const oscillating = eigenvalueList(square, size).filter(({ im }) => im > 0);
  return oscillating.reduce<Complex | undefined>(
    (best, value) => (best === undefined || distance(value) < distance(best) ? value : best),
    undefined,
  );
}

/** The derivatives by the states alone. */
function takeSquare(jacobian: Float64Array, square: Float64Array, size: number): void {
  for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) square[r * size + c] = jacobian[r * (size + 1) + c];
}
