import { type BlockResult, inOrder } from "../engine/task.ts";
import type { Block } from "../sweep/job.ts";

/** Results that have come back and have not been taken: to be taken as they came, or in the order of their blocks. */
export class Results {
  /** The blocks in the order in which they are to be taken, and which is next; undefined where there is none. */
  readonly #order: readonly Block[] | undefined;
  #next = 0;
  readonly #held = new Map<Block, BlockResult>();

  /** `order` is that of the blocks, if it counts. */
  constructor(order?: readonly Block[]) {
    this.#order = order;
  }

  get count(): number {
    return this.#held.size;
  }

  add(result: BlockResult): void {
    this.#held.set(result.block, result);
  }

  /** The next result, if it is there. */
  take(): BlockResult | undefined {
    for (const block of this.#order ? [this.#order[this.#next]] : this.#held.keys()) {
      const result = this.#held.get(block);
      if (!result) return undefined;
      this.#held.delete(block);
      this.#next++;
      return result;
    }
    return undefined;
  }

  /** Whether nothing can be taken before the result of a block is there. */
  waitFor(block: Block): boolean {
    return this.#order !== undefined && this.#order[this.#next] === block;
  }
}

/** The blocks that no worker has, in their order. */
export class BlockQueue {
  /** The next one last. */
  readonly #blocks: Block[];

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks.toReversed();
  }

  get length(): number {
    return this.#blocks.length;
  }

  get next(): Block | undefined {
    return this.#blocks.at(-1);
  }

  take(): Block | undefined {
    return this.#blocks.pop();
  }

  /** Puts a block back where it belongs: it has been taken, and so it is before all or almost all others. */
  putBack(block: Block): void {
    let at = this.#blocks.length;
    while (at > 0 && inOrder({ block: this.#blocks[at - 1], traces: [] }, { block, traces: [] }) < 0) at--;
    this.#blocks.splice(at, 0, block);
  }

  takeAll(): Block[] {
    return this.#blocks.splice(0).reverse();
  }
}
