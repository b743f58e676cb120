/** Units that a feature's own is made of. */
export interface Units {
  unit: string;
  timeUnit: string;
}

/** Unit of a frequency where time has `timeUnit`. */
export function frequencyUnit(timeUnit: string): string {
  if (timeUnit === "") return "";
  return { s: "Hz", ms: "kHz" }[timeUnit] ?? `1/${timeUnit}`;
}

/** Unit of a power spectral density: V^2/Hz. */
export function densityUnit({ unit, timeUnit }: Units): string {
  const square = unit === "" ? "1" : /^\w+$/.test(unit) ? `${unit}^2` : `(${unit})^2`;
  const frequency = frequencyUnit(timeUnit);
  if (frequency === "") return unit === "" ? "" : square;
  return frequency.startsWith("1/") ? `${square}*${timeUnit}` : `${square}/${frequency}`;
}
