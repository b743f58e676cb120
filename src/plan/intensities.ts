import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";

/** A grid key that drives the intensity of noise. */
export interface IntensityUse {
  /** Key of the call's `noise`. */
  noise: string;
  /** Index of the grid key. */
  key: number;
}

interface NoiseKey {
  key: string;
  index: number;
  path: (string | number)[];
}

/** What a grid key drives of `{ vars: ["sd"], noise: [path, ...] }`: intensities of entries of the call's `noise`, `known`. */
export function resolveIntensities(
  problems: Problems,
  { key, index, path }: NoiseKey,
  { vars, noise }: { vars: readonly string[]; noise: readonly string[] },
  known: readonly string[],
): IntensityUse[] {
  const strange = vars.find((name) => name !== "sd");
  if (strange !== undefined) {
    const what = `variable ${sanitize(strange)} of noise for grid key ${sanitize(key)}`;
    problems.unknown("E_UNKNOWN_VARIABLE", [...path, "vars", vars.indexOf(strange)], { what, found: strange, known: ["sd"] });
  }
  if (vars.length === 0 || noise.length === 0) {
    const empty = vars.length === 0 ? "vars" : "noise";
    const message = `${empty} of ${sanitize(key)} is empty, so the key would drive nothing; name at least one`;
    problems.add("E_MAP_EMPTY", [...path, empty], message);
  }
  return noise.flatMap((name, i) => {
    if (known.includes(name)) return [{ noise: name, key: index }];
    const what = `noise ${sanitize(name)} for grid key ${sanitize(key)}: it must be a key of the option noise`;
    problems.unknown("E_UNKNOWN_NOISE", [...path, "noise", i], { what, found: name, known });
    return [];
  });
}
