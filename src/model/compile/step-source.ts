// Apart from what compiles: who only integrates loads no compiler.
import type { Model } from "../model.ts";
import type { StepSource } from "./step.ts";

/** What fused loops of models are made of. */
const stepSources = new WeakMap<Model, () => StepSource>();

/** What a fused loop of a model is made of; undefined for a model that came as a module. */
export function stepSourceOf(model: Model): StepSource | undefined {
  return stepSources.get(model)?.();
}

/** Says what a fused loop of a model is made of. */
export function setStepSource(model: Model, source: () => StepSource): void {
  stepSources.set(model, source);
}
