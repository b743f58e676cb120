import type { connect, GridSearchOptions, normalNoise, StoreOptions, templatesFromYaml, uniformNoise } from "../../src/index.ts";

/** What of the package the sweeps are made with. */
interface Package {
  connect: typeof connect;
  normalNoise: typeof normalNoise;
  templatesFromYaml: typeof templatesFromYaml;
  uniformNoise: typeof uniformNoise;
}

/** Kind → options of gridSearch; six points each, without where and how to store, lay out and run them. */
export function kindsOf(massgrid: Package): Record<string, GridSearchOptions>;

/** Form → what a call adds for it. `directory` is where it is stored. */
export function formsOf(directory: string): Record<string, { store: StoreOptions; layout?: "wide" | "long"; results?: false }>;
