/** Kinds of equilibria: by the eigenvalue that decides, focus where it is complex. */
export const equilibriumTypes = [
  "stable node",
  "stable focus",
  "unstable node",
  "unstable focus",
  "saddle",
  "saddle-focus",
  "nonhyperbolic",
] as const;
export type EquilibriumType = (typeof equilibriumTypes)[number];

/** What the feature `stability` says where no equilibrium was found. */
export const NO_EQUILIBRIUM = "none";
