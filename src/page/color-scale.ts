import type { MapData } from "./map-data.ts";
import { categoryColor, color, viridisAt } from "./theme.ts";

/** How a figure's numbers become colours: 256 of them, and the place of a value among them. */
export interface ColorScale {
  low: number;
  high: number;
  log: boolean;
  /** Packed as the pixels of an image are: a number for red, green, blue and opacity. */
  colorOf(value: number): number;
}

/** A scale is logarithmic where three quarters of the values would have the lowest of its colours. */
const CROWD = { part: 0.75, lowest: 0.05 };
const SAMPLE = 2000;
const STEPS = 256;

const ramp = Array.from({ length: STEPS }, (_, i) => viridisAt(i / (STEPS - 1)));

/** The colours of a map as far as it has come. */
export function colorScale(map: MapData): ColorScale {
  const empty = packed(channelsOf(color("empty")));
  if (map.isText) {
    const colors = map.texts.map((text, i) => packed(categoryColor(text, i)));
    return { low: 0, high: map.texts.length - 1, log: false, colorOf: (value) => colors[value] ?? empty };
  }
  const [low, high] = map.range() ?? [0, 1];
  const log = low > 0 && crowds(map.values, high);
  const colors = ramp.map(packed);
  const span = log ? Math.log(high / low) : high - low;
  const place = (value: number) => (span === 0 ? 0.5 : (log ? Math.log(value / low) : value - low) / span);
  const colorOf = (value: number) => (Number.isFinite(value) ? colors[Math.round(place(value) * (STEPS - 1))] : empty);
  return { low, high, log, colorOf };
}

function crowds(values: Float64Array, high: number): boolean {
  const every = Math.max(1, Math.floor(values.length / SAMPLE));
  const some = values.filter((value, i) => i % every === 0 && Number.isFinite(value)).sort();
  return some.length > 8 && some[Math.floor(CROWD.part * (some.length - 1))] <= CROWD.lowest * high;
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function packed([red, green, blue]: readonly [number, number, number]): number {
  const opaque = 255;
  const bytes = isLittleEndian ? [opaque, blue, green, red] : [red, green, blue, opaque];
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** Red, green and blue of `#rrggbb`. */
function channelsOf(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
