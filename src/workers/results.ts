import { type BlockResult, inOrder } from "../engine/task.ts";
import type { Blocks } from "../sweep/blocks.ts";
import type { Block } from "../sweep/job.ts";

/** Results that have come back and have not been taken: to be taken as they came, or in the order of their blocks. */
export class Results {
  /** The blocks in the order in which they are to be taken; undefined where there is none. And which is next. */
  readonly #order: Iterator<Block> | undefined;
  #next: string | undefined;
  readonly #held = new Map<string, BlockResult>();

  /** `order` is that of the blocks, if it counts. */
  constructor(order?: Blocks) {
    this.#order = order?.[Symbol.iterator]();
    this.#advance();
  }

  get count(): number {
    return this.#held.size;
  }

  add(result: BlockResult): void {
    this.#held.set(nameOf(result.block), result);
  }

  /** The next result, if it is there. */
  take(): BlockResult | undefined {
    for (const block of this.#order ? [this.#next ?? ""] : this.#held.keys()) {
      const result = this.#held.get(block);
      if (!result) return undefined;
      this.#held.delete(block);
      this.#advance();
      return result;
    }
    return undefined;
  }

  /** Whether nothing can be taken before the result of a block is there. */
  waitFor(block: Block): boolean {
    return this.#next === nameOf(block);
  }

  #advance(): void {
    const next = this.#order?.next();
    this.#next = next && !next.done ? nameOf(next.value) : undefined;
  }
}

function nameOf({ job, first }: Block): string {
  return `${job} ${first}`;
}

/** The blocks that no worker has, in their order. */
export class BlockQueue {
  /** Blocks that were taken and put back, which come before all others; the next one last. */
  readonly #back: Block[] = [];
  readonly #rest: Iterator<Block>;
  /** How many of the rest there are, and the first of them. */
  #left: number;
  #first: Block | undefined;

  constructor(blocks: Blocks) {
    this.#rest = blocks[Symbol.iterator]();
    this.#left = blocks.length;
    this.#advance();
  }

  get length(): number {
    return this.#back.length + this.#left;
  }

  get next(): Block | undefined {
    return this.#back.at(-1) ?? this.#first;
  }

  take(): Block | undefined {
    if (this.#back.length > 0) return this.#back.pop();
    const block = this.#first;
    if (block) {
      this.#left--;
      this.#advance();
    }
    return block;
  }

  /** Puts a block that has been taken back where it belongs. */
  putBack(block: Block): void {
    let at = this.#back.length;
    while (at > 0 && inOrder({ block: this.#back[at - 1], traces: [] }, { block, traces: [] }) < 0) at--;
    this.#back.splice(at, 0, block);
  }

  /** All of them, each taken when it is read. */
  *takeAll(): Generator<Block, undefined> {
    for (let block = this.take(); block; block = this.take()) yield block;
    return undefined;
  }

  #advance(): void {
    const next = this.#rest.next();
    this.#first = next.done ? undefined : next.value;
  }
}
