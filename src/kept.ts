/** How much is kept: so many values, whose keys have so many letters in all. */
interface Limits {
  values: number;
  letters: number;
}

/** What was made of texts, by the texts: the values that were asked for last, within limits. */
export class Kept<Value> {
  readonly #limits: Limits;
  /** The one that was asked for last is the last. */
  readonly #values = new Map<string, Value>();
  #letters = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value, and drops those that nobody has asked for the longest. One whose key alone has too many letters is not kept. */
  set(key: string, value: Value): void {
    this.#drop(key);
    if (key.length > this.#limits.letters) return;
    this.#values.set(key, value);
    this.#letters += key.length;
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#limits.values && this.#letters <= this.#limits.letters) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    if (this.#values.delete(key)) this.#letters -= key.length;
  }
}
