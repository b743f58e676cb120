export function randomFrom(seed: number): (n: number) => number;

export interface Damage {
  kind: string;
  /** Files that are not as they were, by their path in the store. */
  files: string[];
  undo: () => void;
}

export function damage(directory: string, foreign: string, random: (n: number) => number): Damage;
