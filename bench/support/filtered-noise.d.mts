/** Numbers of a seed. */
export interface RandomNumbers {
  uniform: () => number;
  normal: () => number;
}

export function numbersOf(seed: number): RandomNumbers;

export const kinds: Readonly<Record<string, (samples: number, numbers: RandomNumbers) => Float64Array>>;

export function spikeTrain(samples: number, numbers: RandomNumbers, train: { mean: number; shape: number }): Float64Array;
