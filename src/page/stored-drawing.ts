import type { Table } from "apache-arrow";
import { numbersOf, unitOf } from "../figure/columns.ts";
import { figure } from "../figure/figure.ts";
import { shownMap } from "../figure/replicates.ts";
import { sourceOf } from "../figure/source.ts";
import { choicesOf } from "../figure/stored-map.ts";
import type { Places } from "../figure/svg.ts";
import { amountText } from "../quantity.ts";
import { surface } from "./figure-download.ts";

/** What is drawn of a map; "" for what the sweep is drawn by if nothing is asked for. */
export interface Choice {
  feature: string;
  x: string;
  y: string;
}

/** A place in a drawing, as parts of its width and height. */
type Place = readonly [left: number, top: number];

/** The figure of a map as SVG text: what `massgrid plot` draws of the same file; and where its points lie in it. */
export class StoredDrawing {
  readonly svg: string;
  /** What is drawn: of a map with replicates, a row for each point. */
  readonly #map: Table;
  readonly #feature: string;
  readonly #panels: readonly PlacedPanel[];

  private constructor(svg: string, map: Table, feature: string, panels: readonly Places[]) {
    this.svg = svg;
    this.#map = map;
    this.#feature = feature;
    this.#panels = panels.map((panel) => new PlacedPanel(panel));
  }

  static async of(map: Table, { feature, x, y }: Choice): Promise<StoredDrawing> {
    const request = { features: feature === "" ? undefined : [feature], x: x || undefined, y: y || undefined };
    const shown = shownMap(map, request);
    const panels: Places[] = [];
    const svg = await figure({ ...surface, told: (places) => void panels.push(places) }, sourceOf(shown, undefined), request);
    return new StoredDrawing(svg, shown, feature, panels);
  }

  /** The row whose keys have a point's values; -1 where there is none. */
  rowOf(point: ReadonlyMap<string, number>): number {
    const { keys } = choicesOf(this.#map);
    const sides = keys.map((key) => ({ values: numbersOf(this.#map, key), at: point.get(key) ?? Number.NaN }));
    if (sides.length === 0) return -1;
    let row = 0;
    while (row < this.#map.numRows && !sides.every(({ values, at }) => isAbout(values[row], at))) row++;
    return row < this.#map.numRows ? row : -1;
  }

  /** The values of a row's keys. */
  pointOf(row: number): Map<string, number> {
    return new Map(choicesOf(this.#map).keys.map((key) => [key, numbersOf(this.#map, key)[row]]));
  }

  /** A row's keys: "C = 68, u = 120 1/s". */
  keysText(row: number): string {
    return Array.from(this.pointOf(row), ([key, value]) => `${key} = ${amountText(value, unitOf(this.#map, key))}`).join(", ");
  }

  /** What the figure shows at a row: "V_mean: 2.5 mV". */
  valueText(row: number): string {
    const { features } = choicesOf(this.#map);
    const feature = features.includes(this.#feature) ? this.#feature : features[0];
    const value: unknown = this.#map.getChild(feature)?.get(row);
    const isNumber = typeof value === "number" && Number.isFinite(value);
    return `${feature}: ${isNumber ? amountText(value, unitOf(this.#map, feature)) : String(value ?? "no value")}`;
  }

  /** Where a row is drawn: once in each panel that has it. */
  placesOf(row: number): Place[] {
    return this.#panels.flatMap((panel) => {
      const place = panel.placeOf(row);
      return place ? [place] : [];
    });
  }

  /** The row that is nearest to a place, in the panel there; -1 where there is no panel. */
  rowAt(place: Place): number {
    for (const panel of this.#panels) if (panel.has(place)) return panel.rowAt(place);
    return -1;
  }
}

/** How far two numbers may be apart that stand for the same value of a key, as a part of them: a file may have rounded it. */
const ROUNDED = 1e-9;

export function isAbout(one: number, other: number): boolean {
  return Math.abs(one - other) <= ROUNDED * Math.abs(other);
}

/** A panel of a drawing that is whole. */
class PlacedPanel {
  readonly #places: Places;
  readonly #left: number;
  readonly #top: number;
  readonly #size: readonly [number, number];
  /** Along x and y for each row, once the pointer has come. */
  #all: Float64Array | undefined;

  constructor(places: Places) {
    this.#places = places;
    let [left, top] = [0, 0];
    let whole = places.plot;
    for (let part: Element | null = whole; part !== null; part = part.parentElement) {
      const [, x = "0", y = "0"] = /^translate\(([-\d.e]+),([-\d.e]+)\)/.exec(part.getAttribute("transform") ?? "") ?? [];
      [left, top, whole] = [left + Number(x), top + Number(y), part];
    }
    [this.#left, this.#top] = [left, top];
    this.#size = [Number(whole.getAttribute("width")), Number(whole.getAttribute("height"))];
  }

  placeOf(row: number): Place | undefined {
    if (!this.#places.rows.includes(row)) return undefined;
    const [x, y] = this.#places.placeOf(row);
    // A point without a value is at the lower edge, as marks of the page's figures are.
    const [, [, bottom]] = this.#places.frame;
    return [(this.#left + x) / this.#size[0], (this.#top + (Number.isFinite(y) ? y : bottom)) / this.#size[1]];
  }

  has(place: Place): boolean {
    return this.#inPlot(place).every((at, side) => at >= this.#places.frame[side][0] && at <= this.#places.frame[side][1]);
  }

  rowAt(place: Place): number {
    const { rows, placeOf, scattered } = this.#places;
    const [x, y] = this.#inPlot(place);
    this.#all ??= Float64Array.from(rows.flatMap((row) => placeOf(row)));
    let best = -1;
    let least: readonly [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i < rows.length; i++) {
      const [across, up] = [Math.abs(this.#all[2 * i] - x), Math.abs(this.#all[2 * i + 1] - y)];
      // Of points in columns the nearest column comes first; one without a height is as far as can be.
      const far: readonly [number, number] = scattered ? [Math.hypot(across, up), 0] : [across, Number.isNaN(up) ? Number.MAX_VALUE : up];
      if (far[0] < least[0] - 1e-6 || (far[0] <= least[0] + 1e-6 && far[1] < least[1])) [best, least] = [rows[i], far];
    }
    return best;
  }

  #inPlot([left, top]: Place): [number, number] {
    return [left * this.#size[0] - this.#left, top * this.#size[1] - this.#top];
  }
}
