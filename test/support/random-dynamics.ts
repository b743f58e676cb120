// Random models whose regimes are known: damped oscillators and decays, or a small cycle among them, in random coordinates.
import { type CircuitTemplate, templatesFromYaml } from "../../src/index.ts";

/** Numbers from 0 to 1 by a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** A uniform, and a log-uniform, random number. */
export function draws(random: () => number) {
  const within = (low: number, high: number) => low + (high - low) * random();
  return { within, decades: (low: number, high: number) => Math.exp(within(Math.log(low), Math.log(high))) };
}

export interface RandomModel {
  circuit: CircuitTemplate;
  states: number;
  /** Time in which the slowest of its modes dies out by a factor of e, or its cycle is reached. */
  settling: number;
  /** Fastest rate of all modes, and slowest frequency of those that oscillate, in radians. */
  fastest: number;
  slowest: number;
  /** Where it rests is 0. */
  isAtZero: boolean;
}

/**
 * x = rest + scale P z, with z of one or two damped oscillators (damping from 1 % to 150 % of the frequency) and up to two decays. Of a
 * model on a cycle, the first oscillator is drawn to a circle, whose radius is from 1e-4 to 0.5 of the scale.
 */
export function randomModel(seed: number, kind: "rest" | "cycle"): RandomModel {
  const random = randomNumbers(seed);
  const { within, decades } = draws(random);
  const oscillators = 1 + Math.floor(2 * random());
  const decays = Math.floor(3 * random());
  const size = 2 * oscillators + decays;
  const far = decades(1e-3, 1e2) * (random() < 0.15 ? 0 : 1);
  const scale = far > 0 ? far : decades(1e-3, 1e2);
  const rest = Array.from({ length: size }, () => within(-1, 1) * far);
  const mixing = rest.map((_, i) => rest.map((__, j) => (i === j ? 1 : 0) + within(-0.4, 0.4)));
  const slow = decades(0.02, 1);
  const modes = Array.from({ length: oscillators }, () => {
    const frequency = slow * decades(1, 20);
    return { frequency, growth: -decades(0.01, 1.5) * frequency };
  });
  const rates = Array.from({ length: decays }, () => slow * decades(0.5, 50));
  let radius = 0;
  if (kind === "cycle") {
    modes[0].growth = modes[0].frequency * decades(0.02, 0.2);
    radius = decades(1e-4, 0.5);
  }
  const slopes = modes.flatMap(({ frequency, growth }, k) => {
    const [a, b] = [`z${2 * k}`, `z${2 * k + 1}`];
    const square = `(${a}*${a} + ${b}*${b})`;
    const isCycle = kind === "cycle" && k === 0;
    const rate = isCycle
      ? `${text(growth)}*(1 - ${square}/${text(radius * radius)})`
      : `(${text(growth)} - ${text(frequency * within(0, 0.3))}*${square})`;
    return [`(${rate}*${a} - ${text(frequency)}*${b})`, `(${rate}*${b} + ${text(frequency)}*${a})`];
  });
  rates.forEach((rate, m) => {
    slopes.push(`(-${text(rate)}*z${2 * oscillators + m})`);
  });
  const inverse = inverted(mixing);
  const equations = rest.flatMap((_, i) => [
    `z${i} = ${inverse[i].map((factor, j) => `${text(factor / scale)}*(x${j} - ${text(rest[j])})`).join(" + ")}`,
    `x${i}' = ${slopes.map((slope, j) => `${text(mixing[i][j] * scale)}*${slope}`).join(" + ")}`,
  ]);
  const variables = rest.flatMap((place, i) => {
    const start = place + scale * within(0.2, 1) * (kind === "cycle" ? radius : 1);
    return [`z${i}: variable`, `x${i}: ${i === 0 ? "output" : "variable"}(${Number(start.toPrecision(8))})`];
  });
  return {
    circuit: circuitOf([...equations, "unused = q"], [...variables, "unused: variable", "q: 0.0"]),
    states: size,
    settling: Math.max(...modes.map(({ growth }) => 1 / Math.abs(growth)), ...rates.map((rate) => 1 / rate)),
    fastest: Math.max(...modes.map(({ frequency }) => frequency), ...rates),
    slowest: Math.min(...modes.map(({ frequency }) => frequency)),
    isAtZero: far === 0,
  };
}

/** A circuit of one node p with one operator op. */
export function circuitOf(equations: readonly string[], variables: readonly string[]): CircuitTemplate {
  return templatesFromYaml(`
op: { base: OperatorTemplate, equations: [${equations.map((each) => JSON.stringify(each)).join(", ")}], variables: { ${variables.join(", ")} } }
pop: { base: NodeTemplate, operators: [op] }
model: { base: CircuitTemplate, nodes: { p: pop } }
`).model;
}

function text(value: number): string {
  return `(${Number(value.toPrecision(10))})`;
}

function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const pivot = rows.slice(k).reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    rows[k] = rows[k].map((value) => value / rows[k][k]);
    for (let i = 0; i < n; i++) if (i !== k) rows[i] = rows[i].map((value, j) => value - rows[i][k] * rows[k][j]);
  }
  return rows.map((row) => row.slice(n));
}
