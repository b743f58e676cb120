/** Chunks that each way has before one is chosen, and steps of those that count. */
const LOOKS = 12;
const LEAST_STEPS = 64;
/** Chunks after which the other way is looked at again: an engine may have compiled it better since. */
const AGAIN = 40;

/**
 * Finds out which of two ways to take steps is faster on this processor and engine: a fused loop, or solver and model apart. Both have the same
 * results. They take turns for some chunks, and the fastest chunk of each counts, as engines begin with slow code and cores are shared.
 */
export class FasterWay {
  readonly #best = { loop: Number.POSITIVE_INFINITY, seam: Number.POSITIVE_INFINITY };
  #chunks = 0;

  /** Whether the loop takes the next chunk. */
  get isLoop(): boolean {
    if (this.#chunks < 2 * LOOKS) return this.#chunks % 2 === 0;
    const isFaster = this.#best.loop <= this.#best.seam;
    return this.#chunks % AGAIN === 0 ? !isFaster : isFaster;
  }

  /** Learns how long a chunk took of so many steps of so many lanes. */
  learn(isLoop: boolean, ms: number, steps: number, lanes: number): void {
    if (steps < LEAST_STEPS) return;
    const way = isLoop ? "loop" : "seam";
    this.#best[way] = Math.min(this.#best[way], ms / (steps * lanes));
    this.#chunks++;
  }
}

const ways = new WeakMap<WebAssembly.Module, FasterWay>();

/** What this thread knows of a loop. */
export function fasterWayOf(loop: WebAssembly.Module): FasterWay {
  const known = ways.get(loop) ?? new FasterWay();
  ways.set(loop, known);
  return known;
}
