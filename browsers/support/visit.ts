// A visit of the explorer by keyboard: what is pressed, and what is there afterwards.
import { type Browser, chord, type Key, saved, until } from "./browser.ts";

/** More controls than a page has. */
const MOST_STEPS = 400;

export class Visit {
  readonly #browser: Browser;
  readonly #address: string;

  constructor(browser: Browser, address: string) {
    this.#browser = browser;
    this.#address = address;
  }

  run(body: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#browser.run(body, ...args);
  }

  /** Opens a page, and waits for its sweep, its traces and all controls; `where` is the window that shows it. */
  async open(path = "/", where = "window"): Promise<void> {
    await this.#browser.open(path.startsWith("http") ? path : this.#address + path);
    await this.#finished(where);
    await this.#marked(where, "massgrid page ready", "the controls");
  }

  /** Another page, so that the next address is loaded anew, whatever stands behind its #. */
  async leave(): Promise<void> {
    await this.#browser.open(`${this.#address}/watch.js`);
  }

  async #finished(where = "window"): Promise<void> {
    await this.#marked(where, "massgrid map finished", "the sweep");
  }

  async #marked(where: string, mark: string, what: string): Promise<void> {
    const asked = `return ${where}.performance.getEntriesByName("${mark}").length > 0`;
    await until(what, () => this.run(asked).then((is) => is === true));
  }

  /** Does something that changes the sweep, and waits until the new one has been drawn. */
  async changed(act: () => Promise<unknown>): Promise<void> {
    await this.run("performance.clearMarks()");
    await act();
    await this.#finished();
  }

  async press(...keys: readonly Key[]): Promise<void> {
    await this.#browser.keyboard(chord(keys));
  }

  async type(text: string): Promise<void> {
    await this.#browser.keyboard([...text].flatMap((key) => chord([key])));
  }

  /** Presses Tab, or with Shift, until a control of a name has the focus. */
  async tabTo(name: RegExp, isBack = false): Promise<void> {
    const focused = `const at = document.activeElement; const [label] = at?.labels ?? []; return (at?.getAttribute("aria-label") ?? label?.textContent ?? at?.textContent ?? "").trim()`;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      await this.press(...(isBack ? (["Shift", "Tab"] as const) : (["Tab"] as const)));
      if (name.test(String(await this.run(focused)))) return;
    }
    throw new Error(`no control that is reached by Tab is called ${name}`);
  }

  /** What the control of a label has. */
  async valueOf(label: string): Promise<unknown> {
    return await this.run(
      'return [...document.querySelectorAll("label")].find((each) => each.textContent === args[0])?.control.value',
      label,
    );
  }

  /** Texts of what a selector finds. */
  async texts(selector: string): Promise<string[]> {
    const found = await this.run("return [...document.querySelectorAll(args[0])].map((each) => each.textContent)", selector);
    return Array.isArray(found) ? found.map(String) : [];
  }

  async shows(selector: string, text: RegExp): Promise<void> {
    await until(`${selector} to show ${text}`, async () => (await this.texts(selector)).some((each) => text.test(each)), 30);
  }

  async gone(selector: string): Promise<void> {
    await until(`${selector} to be gone`, async () => (await this.texts(selector)).length === 0, 30);
  }

  /** The address, once it is another. */
  otherAddress(before: unknown): Promise<string> {
    return until("another address", async () => {
      const href = String(await this.run("return location.href"));
      return href !== before && href;
    });
  }

  /** Whether a canvas has more than one colour. */
  async isDrawn(selector: string): Promise<boolean> {
    const drawn = `const canvas = document.querySelector(args[0]); const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height); return new Set(new Uint32Array(data.buffer)).size > 2`;
    return (await this.run(drawn, selector)) === true;
  }

  saved(name: string): Promise<Buffer> {
    return saved(this.#browser, name);
  }

  /** What has gone wrong in the page since it was opened. */
  async wrong(): Promise<unknown> {
    return await this.run("return globalThis.wrong ?? []");
  }
}
