import type { Block } from "../sweep/job.ts";

/** How often a block is tried before it is given up. */
const ATTEMPTS = 3;

/** The blocks of a sweep that no thread has yet, and how often each has been tried in vain. */
export class Queue {
  readonly #blocks: Block[];
  readonly #failures = new Map<Block, number>();

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks.toReversed();
  }

  get length(): number {
    return this.#blocks.length;
  }

  take(): Block | undefined {
    return this.#blocks.pop();
  }

  /** Blocks come back, to be taken next. */
  putBack(blocks: readonly Block[]): void {
    this.#blocks.push(...blocks.toReversed());
  }

  /** Whether a block whose thread died of it may be tried again. */
  mayTryAgain(block: Block): boolean {
    const failures = (this.#failures.get(block) ?? 0) + 1;
    this.#failures.set(block, failures);
    return failures < ATTEMPTS;
  }
}
