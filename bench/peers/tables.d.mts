import type { Row } from "../support/results.mjs";

/** A peer, as far as tables know it. */
export interface Peer {
  name: string;
  node?: string;
  isPlain?: boolean;
  isOther?: boolean;
}

export interface Case {
  question: string;
  kind: string;
  points: number;
}

/** Times in ms of processor time, memory in MiB, difference in V. */
export interface Found {
  peer: Peer;
  cpu: number;
  first: number;
  whole: number;
  peak?: number;
  difference: number;
}

export interface Measured {
  all: readonly Found[];
  failed: readonly { peer: Peer; why: string }[];
}

export function tableOf(asked: Case, measured: Measured): string[];

export function judged(cases: readonly (readonly [Case, Measured])[]): Row[];
