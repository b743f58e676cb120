import { failureOf } from "./client.ts";
import { element, set } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import type { State } from "./state.ts";

const WORDS = "folds and period doublings of cycles too";

/** Asks whether over two axes curves of cycles are followed too: each of their points takes many times as long as one of the others. */
export class CycleChoice {
  readonly element: HTMLElement;
  readonly #box = element("input", { type: "checkbox" });

  constructor(explorer: () => Explorer) {
    this.element = element(
      "label",
      { class: "note", title: "Their points take longer: the curves grow as they come" },
      this.#box,
      ` ${WORDS}`,
    );
    this.#box.addEventListener("change", () => {
      const { diagram } = explorer().state;
      if (diagram) explorer().change({ diagram: withCycles(diagram.from, this.#box.checked) });
    });
  }

  show({ diagram, axes }: State): void {
    set(this.element, "hidden", diagram === null || axes.length !== 2);
    this.#box.checked = diagram?.cycles === true;
  }
}

/** A diagram from a point. */
export function withCycles(from: readonly number[], cycles: boolean): NonNullable<State["diagram"]> {
  return { from, ...(cycles ? { cycles } : {}) };
}

/** Why nothing was found, with what else there is to look for. */
export function failureLines(error: unknown, { diagram, axes }: State): string[] {
  const { problems, message } = failureOf(error);
  const lines = problems.length > 0 ? problems.map((problem) => problem.message) : [message];
  const hasOther = axes.length === 2 && diagram?.cycles !== true && problems.some(({ code }) => code === "E_NO_CURVE");
  return hasOther ? [...lines, `Cycles may change where equilibria do not: choose “${WORDS}”.`] : lines;
}
