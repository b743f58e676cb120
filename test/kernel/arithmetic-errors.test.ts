// How far steps that are not exact are from those that are, for every bundled circuit: the table of docs/arithmetic-errors.md. `-u` writes it.
import { expect, test } from "vitest";
import { bundledCircuits, describeModel, type SimulateOptions, simulate } from "../../src/index.ts";
import { fuses } from "../support/fusing.ts";
import { type ReferenceRun, referenceRuns } from "../support/reference-runs.ts";

/** Over 10 of the slowest times of each circuit. */
const runs: Record<string, ReferenceRun | undefined> = referenceRuns();
/** Of circuits with discrete delays, which are not among those. */
const TIME = 10;
const STEPS = 10_000;
/** Of circuits whose spikes are short beside their slowest time. */
const moreSteps: Readonly<Record<string, number>> = { ik_eta: 1_000_000, ik_theta: 1_000_000, hr: 100_000, epileptor: 100_000 };
const SAMPLES = 1000;

const kinds = [
  { name: "`fastMath`", more: { fastMath: true } },
  { name: "float32", more: { precision: "float32" } },
  { name: "both", more: { fastMath: true, precision: "float32" } },
] as const;

/** The states of a run, and whether it has reached its end. */
async function statesOf(options: SimulateOptions): Promise<Float64Array[]> {
  const table = await simulate(options);
  expect(table.schema.metadata.get("status")).toBeUndefined();
  return Object.keys(options.outputs).map((name) => Float64Array.from(table.getChild(name)?.toArray()));
}

/** Largest deviation of any state, as a share of the state's range; of one that rests, of its size. */
function deviation(found: readonly Float64Array[], exact: readonly Float64Array[]): number {
  let most = 0;
  exact.forEach((values, i) => {
    const [least, largest] = values.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity]);
    const scale = largest > least ? largest - least : Math.max(Math.abs(largest), Number.MIN_VALUE);
    values.forEach((value, row) => {
      most = Math.max(most, Math.abs(found[i][row] - value) / scale);
    });
  });
  return most;
}

function written(error: number): string {
  return error === 0 ? "0" : error.toExponential(1);
}

async function rowOf(circuitTemplate: string): Promise<string> {
  const { time = TIME, values = {} } = runs[circuitTemplate] ?? {};
  const states = describeModel(circuitTemplate).variables.filter(({ kind }) => kind === "state");
  const outputs = Object.fromEntries(states.map(({ path }, i) => [`s${i}`, path]));
  const steps = moreSteps[circuitTemplate.split(".").at(-1) ?? ""] ?? STEPS;
  const times = { simulationTime: time, stepSize: time / steps, samplingStepSize: time / SAMPLES };
  const run = { circuitTemplate, params: values, ...times, outputs, solver: "rk4" as const };
  const exact = await statesOf(run);
  const errors: string[] = [];
  for (const { more } of kinds) errors.push(written(deviation(await statesOf({ ...run, ...more }), exact)));
  return `| ${circuitTemplate.replace(/^model_templates\./, "")} | ${[time, steps, ...errors].join(" | ")} |`;
}

test.skipIf(!fuses)("kernel arithmetic errors: of every bundled circuit, as docs/arithmetic-errors.md has them", async () => {
  const rows: string[] = [];
  for (const path of bundledCircuits()) rows.push(await rowOf(path));
  const names = kinds.map(({ name }) => name);
  const page = `# Errors of steps that are not exact

How far the states of each bundled circuit come from those of exact steps: the largest deviation at any of ${SAMPLES} samples, in steps
by \`rk4\`, as a share of the state's range, or of its size where it rests. \`time\` is that of the run, in the model's unit, about ten of its
slowest times; starts and inputs are those of \`test/reference/bundled-dop853*.py\`. What they mean is in [arithmetic.md](arithmetic.md). Written
by \`npx vitest run --project node test/kernel/arithmetic-errors.test.ts -u\`; the same test holds every digit.

| circuit | time | steps | ${names.join(" | ")} |
|---|---|---|${names.map(() => "---|").join("")}
${rows.join("\n")}
`;
  await expect(page).toMatchFileSnapshot("../../docs/arithmetic-errors.md");
});
