import type { FeatureName } from "../index.ts";
import { amountText } from "../quantity.ts";
import { button, element, set } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import { pointAt } from "./grid.ts";
import type { MapData } from "./map-data.ts";
import type { Facts, FailedPoint } from "./protocol.ts";
import type { State } from "./state.ts";
import { pointText, statusText } from "./words.ts";

/** Points that are listed of those that failed in one way. */
const MOST_LISTED = 5;

/** Why a point that ended well has no number, by feature; of others it is a sample that is none. */
const whyEmpty: Partial<Record<FeatureName, string>> = { peakFrequency: "a signal that rests, or only rises or falls, has no rhythm" };
const NOT_FINITE = "a sample of the signal is not a finite number";

/** What may help, and what of the state it changes. */
interface Remedy {
  text: string;
  patch: Partial<State>;
}

/** Which points of a sweep failed, why, and what would help: each remedy is a button. */
export class Failures {
  readonly element = element("div", { class: "failures", role: "status", hidden: true });
  readonly #explorer: () => Explorer;
  readonly #kinds: Facts["kinds"];
  #said = "";

  constructor(explorer: () => Explorer, kinds: Facts["kinds"]) {
    this.#explorer = explorer;
    this.#kinds = kinds;
  }

  /** Tells of the maps of a sweep; nothing while it is computed, so that what is said stays as it is. */
  show(maps: readonly MapData[]): void {
    const [map] = maps;
    const isOver = map !== undefined && (map.finished || map.stopped);
    const lines = isOver ? [...this.#lines(map), ...maps.flatMap(emptyLine)] : [];
    set(this.element, "hidden", lines.length === 0);
    const said = JSON.stringify([lines, map?.state.solver, map?.state.stepSize]);
    if (map === undefined || said === this.#said) return;
    this.#said = said;
    const remedies = (map.failures.size === 0 ? [] : this.#remedies(map)).map(({ text, patch }) =>
      button(text, () => this.#explorer().change(patch), { class: "small" }),
    );
    const help = remedies.length === 0 ? [] : [element("div", { class: "row" }, element("span", {}, "What may help:"), ...remedies)];
    this.element.replaceChildren(...lines.map((line) => element("p", {}, line)), ...help);
  }

  /** A line for each way in which points failed. */
  #lines(map: MapData): string[] {
    const { described } = this.#explorer();
    const ways = new Map<string, (readonly [number, FailedPoint])[]>();
    for (const entry of map.failures) {
      const way = statusText(entry[1]);
      ways.set(way, [...(ways.get(way) ?? []), entry]);
    }
    return Array.from(ways, ([way, points]) => {
      const count =
        points.length === map.done ? (map.done === 1 ? "The point" : `All ${map.done} points`) : `${points.length} of ${map.done} points`;
      const shown = points.slice(0, MOST_LISTED).map(([index, { time }]) => {
        const when = Number.isNaN(time) ? "" : ` (at ${amountText(time, described.description.timeUnit)})`;
        return `${pointText(map.state, pointAt(map.state, map.grid, index), described.description)}${when}`;
      });
      const more = points.length > shown.length ? ` and ${points.length - shown.length} more` : "";
      return `${count} failed, since ${way}: ${shown.join("; ")}${more}`;
    });
  }

  #remedies({ state, failures }: MapData): Remedy[] {
    const kind = this.#kinds[state.solver];
    const statuses = new Set(Array.from(failures.values(), ({ status }) => status));
    const { timeUnit, edges } = this.#explorer().described.description;
    const smaller: Remedy = { text: `Smaller step: ${amountText(state.stepSize / 4, timeUnit)}`, patch: { stepSize: state.stepSize / 4 } };
    const solver = (name: State["solver"], why: string): Remedy => ({
      text: `${name}, ${why}: try it`,
      patch: { solver: name, arithmetic: "float64" },
    });
    if (kind === "stochastic") return [smaller];
    if (kind === "fixed") return edges.some(({ delay }) => delay > 0) ? [smaller] : [smaller, solver("rk45", "which chooses its steps")];
    const stiff = state.solver === "rodas4" ? [] : [solver("rodas4", "for stiff equations")];
    const looser: Remedy[] = statuses.has("step_limit")
      ? [{ text: `Tolerance ${state.rtol * 100}`, patch: { rtol: state.rtol * 100 } }]
      : [];
    return [...looser, ...stiff];
  }
}

/** What is told of points that ended well and have no number; nothing where there are none. */
function emptyLine({ values, strides, failures, done, shown, label, isText }: MapData): string[] {
  const empty = isText ? 0 : values.filter((value, i) => strides[i] > 0 && !Number.isFinite(value) && !failures.has(i)).length;
  const [what, why] = [done === empty && empty > 1 ? `All ${done}` : `${empty} of ${done}`, whyEmpty[shown.feature] ?? NOT_FINITE];
  return empty === 0 ? [] : [`${what} points have no ${label}: ${why}`];
}
