/** The labels that the feature `regime` gives a trace, in the order of a legend; that of a point that failed is its status. */
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

export type Regime = (typeof REGIMES)[keyof typeof REGIMES];
