/** The labels that the feature `regime` gives a trace, in the order of a legend. */
export const REGIMES = {
  /** It comes to rest. */
  fixedPoint: "fixed point",
  /** It goes on moving by itself. */
  oscillation: "oscillation",
  /** It fluctuates because noise drives it, with no frequency of its own. */
  noiseDriven: "noise-driven",
  /** Noise drives it, and its spectrum has a peak above the background. */
  rhythm: "rhythm",
  /** Noise drives it, and it is too short to tell which of the two. */
  undecided: "undecided",
} as const;

/** Labels in the order of a legend: regimes first, then others by name. */
export function sortedLabels(labels: Iterable<string>): string[] {
  const found = new Set(labels);
  const known: string[] = Object.values(REGIMES).filter((label) => found.has(label));
  return [...known, ...[...found].filter((label) => !known.includes(label)).sort()];
}

export type Regime = (typeof REGIMES)[keyof typeof REGIMES];
