import type { Block } from "../kernel/job.ts";

/** Lanes of a full block: rows of half a kilobyte, so that a model of ten states stays in the first-level cache. */
export const BLOCK_LANES = 64;

/** Cuts `points` points into blocks of at most `lanes`. */
export function blocks(points: number, lanes: number = BLOCK_LANES): Block[] {
  return Array.from({ length: Math.ceil(points / lanes) }, (_, i) => {
    const first = i * lanes;
    return { first, lanes: Math.min(lanes, points - first) };
  });
}
