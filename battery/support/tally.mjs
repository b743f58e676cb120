// A row of a part: how many tries of one kind were made, and how many failed, with the reasons of the first few.

export class Tally {
  #tried = 0;
  #failed = 0;
  #why = [];
  #what;

  constructor(what) {
    this.#what = what;
  }

  /** Notes tries, and the reason why they failed; undefined where they did not. */
  note(fault, tries = 1) {
    this.#tried += tries;
    if (fault === undefined) return;
    this.#failed++;
    if (this.#why.length < 3 && !this.#why.includes(fault)) this.#why.push(String(fault).replaceAll(/\s+/g, " ").slice(0, 400));
  }

  /** Makes a try: what it returns, or throws, is why it failed. */
  async try(attempt) {
    try {
      this.note(await attempt());
    } catch (error) {
      this.note(error?.stack?.split("\n").slice(0, 3).join(" ") ?? String(error));
    }
  }

  /** The row; `found` is what there is to say beside. */
  row(found = "") {
    return { what: this.#what, tried: this.#tried, failed: this.#failed, found, why: this.#why };
  }

  get tried() {
    return this.#tried;
  }
}
