/** How long one chunk of steps may take, in ms: the thread cannot turn to anything else before it ends. */
const CHUNK = 4;
const FIRST = 64;

/** How many steps a kernel takes at a time: as many as the thread can be spared for, found out while it runs. No bit depends on it. */
export class ChunkSize {
  /** Steps of the next chunk. */
  steps = FIRST;

  /** Learns that `steps` steps took `ms`. */
  learn(steps: number, ms: number): void {
    const fitting = ms > 0 ? (steps * CHUNK) / ms : Number.POSITIVE_INFINITY;
    this.steps = Math.max(1, Math.floor(Math.min(fitting, 4 * this.steps, 2 ** 30)));
  }
}
