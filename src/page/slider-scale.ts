/** A slider has so many steps. */
export const STEPS = 400;

/** What the places of a slider stand for: even values from one end to the other, and the default, which the nearest of them gives way to. */
export class SliderScale {
  readonly #low: number;
  readonly #high: number;
  readonly #usual: number;

  constructor(low: number, high: number, usual: number) {
    this.#low = Math.min(low, usual);
    this.#high = Math.max(high, usual);
    this.#usual = usual;
  }

  /** A scale that reaches to a value too, as a number that was typed asks for. */
  with(value: number): SliderScale {
    if (value >= this.#low && value <= this.#high) return this;
    return new SliderScale(Math.min(this.#low, value), Math.max(this.#high, value), this.#usual);
  }

  /** The value at a place: with no more digits than tell it from its neighbours. */
  valueAt(place: number): number {
    if (place === this.placeOf(this.#usual)) return this.#usual;
    if (place === 0) return this.#low;
    if (place === STEPS) return this.#high;
    const width = this.#high - this.#low;
    const digits = Math.max(0, 1 - Math.floor(Math.log10(width / STEPS)));
    const value = this.#low + (place / STEPS) * width;
    return digits > 100 ? value : Number(value.toFixed(digits));
  }

  placeOf(value: number): number {
    const width = this.#high - this.#low;
    return width > 0 ? Math.round((STEPS * (value - this.#low)) / width) : 0;
  }
}
