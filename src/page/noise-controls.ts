import type { DescribedVariable } from "../index.ts";
import { unitText } from "../quantity.ts";
import type { Desk } from "./desk.ts";
import { button, element, givenIn, labelled, numberField, select, set } from "./element.ts";
import type { NoiseChoice } from "./state.ts";

/** The seed of noise that is chosen on the page, until another is. */
const FIRST_SEED = 1;

/** What drives an input beside a constant: noise from a seed. */
export function noiseControls(
  desk: () => Desk,
  { path, value, unit, mapping }: DescribedVariable,
): { element: HTMLElement; show(isAxis: boolean): void } {
  const now = () => desk().state.noise[path];
  const change = (patch: Partial<NoiseChoice>) => {
    const before = now();
    if (before) desk().change({ noise: { ...desk().state.noise, [path]: { ...before, ...patch } } });
  };
  const choose = (kind: string) => {
    const { [path]: before, ...others } = desk().state.noise;
    const seed = before?.seed ?? FIRST_SEED;
    const width = value === 0 ? 1 : Math.abs(value) / 2;
    const uniform = { kind: "uniform", a: value - width, b: value + width, seed } as const;
    const normal = { kind: "normal", a: value, b: width / 2, seed } as const;
    const noise = kind === "uniform" ? { ...others, [path]: uniform } : kind === "normal" ? { ...others, [path]: normal } : others;
    desk().change({ noise });
  };
  const kind = select(
    [
      ["constant", mapping ? "a constant" : "edges alone"],
      ["uniform", "uniform noise"],
      ["normal", "normal noise"],
    ],
    { on: { change: (event) => choose(givenIn(event)) } },
  );
  const a = [
    numberField({ label: "Low", unit: unitText(unit), change: (low) => change({ a: low }) }),
    numberField({ label: "Mean", unit: unitText(unit), change: (mean) => change({ a: mean }) }),
  ];
  const b = [
    numberField({
      label: "High",
      unit: unitText(unit),
      accepts: (high) => high >= (now()?.a ?? 0),
      says: "at or above low",
      change: (high) => change({ b: high }),
    }),
    numberField({ label: "Sd", unit: unitText(unit), accepts: (sd) => sd >= 0, says: "0 or more", change: (sd) => change({ b: sd }) }),
  ];
  const seed = numberField({
    label: "Seed",
    accepts: (given) => Number.isSafeInteger(given) && given >= 0,
    says: "a whole number",
    change: (given) => change({ seed: given }),
  });
  const advance = () => {
    const noise = now();
    if (noise) change({ seed: noise.seed + 1 });
  };
  const another = button("Another seed", advance, { class: "small" });
  const details = element(
    "div",
    { class: "row fields" },
    ...a.map(({ element: own }) => own),
    ...b.map(({ element: own }) => own),
    seed.element,
    another,
  );
  const driven = labelled("Driven by", kind);
  const show = (isAxis: boolean) => {
    const noise = now();
    set(driven, "hidden", isAxis);
    set(details, "hidden", noise === undefined);
    kind.value = noise?.kind ?? "constant";
    for (const pair of [a, b]) pair.forEach(({ element: own }, i) => void set(own, "hidden", (noise?.kind === "normal") !== (i === 1)));
    if (!noise) return;
    for (const field of a) field.show(noise.a);
    for (const field of b) field.show(noise.b);
    seed.show(noise.seed);
  };
  return { element: element("div", { class: "noise" }, driven, details), show };
}
