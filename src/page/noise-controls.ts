import type { DescribedVariable } from "../index.ts";
import { unitText } from "../quantity.ts";
import { button, controlValue, element, labelled, numberField, select, set } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import type { NoiseChoice, WhiteNoise } from "./state.ts";

/** The seed of noise that is chosen on the page, until another is. */
const FIRST_SEED = 1;
/** Time constant of an Ornstein-Uhlenbeck process that one has just chosen: steps of the run. */
const TAU_STEPS = 100;

/** What drives an input beside a constant, or what noise is added to a state. Noise comes from a seed, the same for all points. */
export function noiseControls(explorer: () => Explorer, variable: DescribedVariable) {
  const source = variable.kind === "input" ? sourceControls(explorer, variable) : undefined;
  const white = whiteControls(explorer, variable);
  const parts = [...(source ? [source.element] : []), white.element];
  const show = (isAxis: boolean) => {
    source?.show(isAxis);
    white.show();
  };
  return { element: element("div", { class: "noise" }, ...parts), show };
}

const accepted = {
  seed: { accepts: (wanted: number) => Number.isSafeInteger(wanted) && wanted >= 0, says: "a whole number" },
  notNegative: { accepts: (wanted: number) => wanted >= 0, says: "0 or more" },
  positive: { accepts: (wanted: number) => wanted > 0, says: "above 0" },
};

/** Noise that drives an input: its kind, and its numbers. */
function sourceControls(explorer: () => Explorer, { path, value, unit: inputUnit, mapping }: DescribedVariable) {
  const unit = unitText(inputUnit);
  const now = () => explorer().state.noise[path];
  const change = (patch: Partial<NoiseChoice>) => {
    const before = now();
    if (before) explorer().change({ noise: { ...explorer().state.noise, [path]: { ...before, ...patch } } });
  };
  const choose = (event: Event) => {
    const { [path]: before, ...others } = explorer().state.noise;
    const tau = TAU_STEPS * explorer().state.stepSize;
    const noise = freshNoise(controlValue(event), value, { seed: before?.seed ?? FIRST_SEED, tau });
    explorer().change({ noise: noise ? { ...others, [path]: noise } : others });
  };
  const kind = select(
    [
      ["constant", mapping ? "a constant" : "edges alone"],
      ["uniform", "uniform noise"],
      ["normal", "normal noise"],
      ["ornsteinUhlenbeck", "Ornstein-Uhlenbeck process"],
    ],
    { on: { change: choose } },
  );
  const isUniform = () => now()?.kind === "uniform";
  const atLeastLow = { accepts: (high: number) => high >= (now()?.a ?? 0), says: "at or above low" };
  const fields = [
    { field: numberField({ label: "Low", unit, change: (a) => change({ a }) }), of: "a", isShown: isUniform },
    { field: numberField({ label: "Mean", unit, change: (a) => change({ a }) }), of: "a", isShown: () => !isUniform() },
    { field: numberField({ label: "High", unit, ...atLeastLow, change: (b) => change({ b }) }), of: "b", isShown: isUniform },
    {
      field: numberField({ label: "SD", unit, ...accepted.notNegative, change: (b) => change({ b }) }),
      of: "b",
      isShown: () => !isUniform(),
    },
    {
      field: numberField({ label: "Time constant", ...accepted.positive, change: (tau) => change({ tau }) }),
      of: "tau",
      isShown: () => now()?.kind === "ornsteinUhlenbeck",
    },
    { field: numberField({ label: "Seed", ...accepted.seed, change: (seed) => change({ seed }) }), of: "seed", isShown: () => true },
  ] as const;
  const reseed = () => {
    const noise = now();
    if (noise) change({ seed: noise.seed + 1 });
  };
  const another = button("Another seed", reseed, { class: "small" });
  const details = element("div", { class: "row fields" }, ...fields.map(({ field }) => field.element), another);
  const source = labelled("Source", kind);
  const show = (isAxis: boolean) => {
    const noise = now();
    set(source, "hidden", isAxis);
    set(details, "hidden", noise === undefined);
    kind.value = noise?.kind ?? "constant";
    for (const { field, of, isShown } of fields) {
      set(field.element, "hidden", !isShown());
      if (noise) field.show(noise[of] ?? Number.NaN);
    }
  };
  return { element: element("div", {}, source, details), show };
}

/** White noise, which only stochastic solvers take. */
function whiteControls(explorer: () => Explorer, { path, unit }: DescribedVariable) {
  const now = () => explorer().state.white[path];
  const put = (noise: WhiteNoise | undefined) => {
    const { [path]: _, ...others } = explorer().state.white;
    explorer().change({ white: noise ? { ...others, [path]: noise } : others });
  };
  const change = (patch: Partial<WhiteNoise>) => put({ ...(now() ?? { sd: 0, seed: FIRST_SEED }), ...patch });
  const sd = numberField({
    label: "White noise",
    unit: `${unitText(unit)} over the root of time; empty: none`,
    ...accepted.notNegative,
    change: (wanted) => change({ sd: wanted }),
    empty: () => put(undefined),
  });
  const seed = numberField({ label: "Seed of white noise", ...accepted.seed, change: (wanted) => change({ seed: wanted }) });
  const row = element("div", { class: "row fields" }, sd.element, seed.element);
  const show = () => {
    set(row, "hidden", !explorer().isStochastic);
    set(seed.element, "hidden", now() === undefined);
    sd.show(now()?.sd ?? Number.NaN);
    seed.show(now()?.seed ?? FIRST_SEED);
  };
  return { element: row, show };
}

/** Noise around an input's default; undefined for a constant. */
function freshNoise(kind: string, value: number, { seed, tau }: { seed: number; tau: number }): NoiseChoice | undefined {
  const width = value === 0 ? 1 : Math.abs(value) / 2;
  if (kind === "uniform") return { kind, a: value - width, b: value + width, seed };
  if (kind === "ornsteinUhlenbeck") return { kind, a: value, b: width / 2, seed, tau };
  return kind === "normal" ? { kind, a: value, b: width / 2, seed } : undefined;
}
