const prefixes: readonly [number, string][] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
];

/** The prefix with which numbers up to `largest` read best, for units that take prefixes: 0.02 V → mV. */
export function prefixed(largest: number, unit: string): { scale: number; unit: string } {
  if (unit !== "V" && unit !== "A" && unit !== "Hz") return { scale: 1, unit };
  const [scale, prefix] = prefixes.find(([size]) => largest >= size) ?? [1, ""];
  return { scale, unit: `${prefix}${unit}` };
}

/** Four significant digits, without trailing zeros; an en dash for what is not a number. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(Number(value.toPrecision(4)));
}
