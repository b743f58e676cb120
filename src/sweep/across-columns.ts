import { boundName, COUNT, type Column, column } from "./columns.ts";

/** The quantiles of a feature across replicates, by what their columns add to its name. */
export const quantiles = { q25: 0.25, median: 0.5, q75: 0.75 } as const;
export type Quantile = keyof typeof quantiles;

/** The name of a quantile of a feature across replicates: `V_std_median`. */
export function quantileName(feature: string, quantile: Quantile): string {
  return `${feature}_${quantile}`;
}

/** The name of the fraction of replicates with a label: `V_regime_noise_driven`; letters, digits and _ alone are added to the feature's. */
export function fractionName(feature: string, label: string): string {
  return `${feature}_${label.replace(/\W+/g, "_")}`;
}

/**
 * Across replicates: the grid's keys of a map, how many replicates count, and for each feature what acrossReplicates tells of it.
 * `labelsOf` lists the labels that a feature of texts has.
 */
export function acrossColumns(map: readonly Column[], labelsOf: (feature: string) => readonly string[]): Column[] {
  const features = map.filter(({ role }) => role === "feature");
  return [
    ...map.filter(({ role }) => role === "key" || role === "grid"),
    column(COUNT, "count"),
    ...features.flatMap((feature) => [
      feature,
      ...(feature.type === "number" ? spreadColumns(feature) : fractionColumns(feature, labelsOf)),
    ]),
  ];
}

/** The ends of a mean's confidence interval, the median and the quartiles. */
function spreadColumns(feature: Column): Column[] {
  const bounds = (["low", "high"] as const).map((bound): Column => {
    return { ...feature, name: boundName(feature.name, bound), role: "bound", metadata: new Map([...feature.metadata, ["bound", bound]]) };
  });
  const names: Quantile[] = ["median", "q25", "q75"];
  const others = names.map((name): Column => {
    const metadata = new Map([...feature.metadata, ["quantile", String(quantiles[name])]]);
    return { ...feature, name: quantileName(feature.name, name), role: "quantile", metadata };
  });
  return [...bounds, ...others];
}

/** The fraction of the replicates that have each of a feature's labels. Labels that would give a second column of one name are told apart. */
function fractionColumns(feature: Column, labelsOf: (feature: string) => readonly string[]): Column[] {
  const taken = new Set<string>();
  return labelsOf(feature.name).map((label): Column => {
    const plain = fractionName(feature.name, label);
    let name = plain;
    for (let i = 2; taken.has(name); i++) name = `${plain}_${i}`;
    taken.add(name);
    return { ...feature, name, role: "fraction", type: "number", unit: "", metadata: new Map([...feature.metadata, ["label", label]]) };
  });
}
