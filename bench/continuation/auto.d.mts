export function missing(): string | undefined;

interface Run {
  rows: number;
  points: { label: "LP" | "HB"; number: number; at: number }[];
  values: { at: number; last: number }[];
}

export class Auto {
  constructor(states: readonly number[], model?: string);
  build(): void;
  run(constants: string, changes?: Readonly<Record<string, string | number>>): Run;
  command(constants: string): void;
  keep(): void;
  remove(): void;
}
