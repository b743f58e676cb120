/** The locals of one loop: values that are used more than once are kept in them. */
export class Pairs {
  readonly kept = new Map<number, number>();
  readonly #uses: ReadonlyMap<number, number>;
  readonly #make: () => number;
  readonly #locals: number[];

  constructor(uses: ReadonlyMap<number, number>, make: () => number, locals: number[]) {
    this.#uses = uses;
    this.#make = make;
    this.#locals = locals;
  }

  /** The local to keep a value in, if it will be used again. */
  keep(value: number): number | undefined {
    if ((this.#uses.get(value) ?? 0) < 2) return undefined;
    const next = this.kept.size;
    if (next === this.#locals.length) this.#locals.push(this.#make());
    this.kept.set(value, this.#locals[next]);
    return this.#locals[next];
  }
}
