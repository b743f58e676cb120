import type { EdgeDelay, Quantity } from "../equation/equations.ts";
import { edgeId } from "./delay.ts";
import type { PlainMatrix } from "./template.ts";

/** Delays of edges by their names; those of matrices get names when one is looked for. */
export class GivenDelays {
  readonly #named = new Map<string, EdgeDelay>();
  #matrices: { matrix: PlainMatrix; edges: readonly Quantity[]; first: number }[] = [];

  add(id: string, delay: EdgeDelay): void {
    this.#named.set(id, delay);
  }

  /** `edges` has the weights that are not 0, in their order, from place `first` on. */
  addMatrix(matrix: PlainMatrix, edges: readonly Quantity[], first: number): void {
    this.#matrices.push({ matrix, edges, first });
  }

  get(id: string): EdgeDelay | undefined {
    this.#name();
    return this.#named.get(id);
  }

  get size(): number {
    this.#name();
    return this.#named.size;
  }

  #name(): void {
    for (const { matrix, edges, first } of this.#matrices) {
      const { weights, delays, spreads } = matrix;
      let next = first;
      weights.forEach((weight, at) => {
        const edge = weight === 0 ? undefined : edges[next++].edge;
        const [delay, spread] = [delays?.[at] ?? 0, spreads?.[at] ?? 0];
        if (edge && delay + spread > 0) this.#named.set(edgeId(edge), { delay, spread });
      });
    }
    this.#matrices = [];
  }
}
