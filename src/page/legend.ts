import { scaled, short } from "../quantity.ts";
import type { ColorScale } from "./color-scale.ts";
import { element } from "./element.ts";
import type { MapData } from "./map-data.ts";
import { categoryColor, color, cssOf, viridisAt } from "./theme.ts";
import { signalLabel } from "./words.ts";

const WIDTH = 160;
const HEIGHT = 12;

/** What the colours of a heat map mean. */
export function legend(map: MapData, scale: ColorScale): HTMLElement {
  const { feature, signal } = map.state;
  const name = `${feature} of ${signalLabel(signal)}`;
  const failed = [...new Set(map.failed.values())].map((status) => swatch(color("empty"), status));
  if (map.isText) {
    const texts = map.texts.map((text, i) => swatch(cssOf(categoryColor(text, i)), text));
    return element("div", { class: "legend" }, element("span", {}, name), ...texts, ...failed);
  }
  const { scale: by, unit } = scaled(Math.max(Math.abs(scale.low), Math.abs(scale.high)), map.unit);
  const title = `${name}${unit === "" ? "" : ` (${unit})`}${scale.log ? ", logarithmic" : ""}`;
  const [low, high] = [scale.low, scale.high].map((value) => element("span", { class: "number" }, short(value / by)));
  return element("div", { class: "legend" }, element("span", {}, title), low, bar(), high, ...failed);
}

function bar(): HTMLCanvasElement {
  const canvas = element("canvas", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  for (let x = 0; x < WIDTH && context; x++) {
    context.fillStyle = cssOf(viridisAt(x / (WIDTH - 1)));
    context.fillRect(x, 0, 1, HEIGHT);
  }
  return canvas;
}

/** A colour and what it stands for. */
export function swatch(own: string, text: string): HTMLElement {
  const mark = element("span", { class: "swatch", "aria-hidden": "true" });
  mark.style.background = own;
  return element("span", { class: "key" }, mark, text);
}
