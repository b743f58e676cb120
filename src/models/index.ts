import type { Model } from "../model.ts";
import { jansenRit } from "./jansen-rit.ts";

/** The bundled models by template path, in dot form. */
export const bundledModels = {
  "model_templates.neural_mass_models.jansenrit.JRC2": jansenRit,
} satisfies Record<string, () => Model>;
