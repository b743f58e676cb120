import { categoryColors, channelsOf, FAILED, type Missing, missingColors, NO_VALUE, ramp, rampIndex } from "../figure/colors.ts";
import { largestOf, tick, type ValueScale, valueScale } from "../figure/scale.ts";
import { labelled, scaled } from "../quantity.ts";
import { element } from "./element.ts";
import type { MapData } from "./map-data.ts";
import { signalLabel } from "./words.ts";

const WIDTH = 160;
const HEIGHT = 12;

/** The colour of each point of a map as far as it has come, packed as the pixels of an image are. */
export function cellColors(map: MapData): (point: number) => number {
  const [failed, noValue] = [packed(FAILED), packed(NO_VALUE)];
  const missing = (point: number) => (map.failed.has(point) ? failed : noValue);
  if (map.isText) {
    const byText = categoryColors(map.texts);
    const colors = map.texts.map((text) => packed(byText.get(text) ?? NO_VALUE));
    return (point) => colors[map.values[point]] ?? missing(point);
  }
  const colors = ramp.map(packed);
  const indexOf = rampIndex(valueScale(map.values));
  return (point) => (Number.isFinite(map.values[point]) ? colors[indexOf(map.values[point])] : missing(point));
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function packed(color: string): number {
  const [red, green, blue] = channelsOf(color);
  const opaque = 255;
  const bytes = isLittleEndian ? [opaque, blue, green, red] : [red, green, blue, opaque];
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** What the colours of a heat map mean. */
export function legend(map: MapData): HTMLElement {
  const { feature, signal } = map.state;
  const name = `${feature} of ${signalLabel(signal)}`;
  if (map.isText) {
    const texts = Array.from(categoryColors(map.texts), ([text, color]) => swatch(color, text));
    return element("div", { class: "legend" }, element("span", {}, name), ...texts);
  }
  const missing = missingColors(missingOf(map)).map((meaning) => swatch(meaning.color, meaning.name));
  const { range, log }: ValueScale = valueScale(map.values);
  const { scale, unit } = scaled(largestOf(range), map.unit);
  const title = `${labelled(name, unit)}${log ? ", logarithmic" : ""}`;
  const [low, high] = range.map((value) => element("span", { class: "number" }, tick(value / scale)));
  return element("div", { class: "legend" }, element("span", {}, title), low, bar(), high, ...missing);
}

/** Which of a map's points have come without a value. */
function missingOf(map: MapData): Missing {
  const noValue = map.values.some((value, point) => map.strides[point] > 0 && !Number.isFinite(value) && !map.failed.has(point));
  return { failed: new Set(map.failed.values()), noValue };
}

function bar(): HTMLCanvasElement {
  const canvas = element("canvas", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  for (let x = 0; x < WIDTH && context; x++) {
    context.fillStyle = ramp[Math.round((x / (WIDTH - 1)) * (ramp.length - 1))];
    context.fillRect(x, 0, 1, HEIGHT);
  }
  return canvas;
}

/** A colour and what it stands for. */
function swatch(color: string, text: string): HTMLElement {
  const mark = element("span", { class: "swatch", "aria-hidden": "true" });
  mark.style.background = color;
  return element("span", { class: "key" }, mark, text);
}
