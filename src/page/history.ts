import type { State } from "./state.ts";

/** The states that the page has had, and which of them it has: plain values, one after the other. */
export class History {
  readonly #states: State[];
  #at = 0;

  constructor(first: State) {
    this.#states = [first];
  }

  get at(): number {
    return this.#at;
  }

  get state(): State {
    return this.#states[this.#at];
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#states.length - 1;
  }

  /** A state more; those that were undone are forgotten. False for the one that there is. */
  push(state: State): boolean {
    if (JSON.stringify(state) === JSON.stringify(this.state)) return false;
    this.#states.splice(this.#at + 1);
    this.#at = this.#states.push(state) - 1;
    return true;
  }

  /** The state of a number, which is the page's from now on; undefined where there is none. */
  go(at: number): State | undefined {
    const state: State | undefined = this.#states[at];
    if (state) this.#at = at;
    return state;
  }
}
