// Heat maps of more cells than a drawing holds as rectangles.
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { figure } from "../../src/cli/write-figure.ts";
import { sourceOf } from "../../src/figure/source.ts";
import { linspace } from "../../src/index.ts";
import { Drawing } from "../support/drawing.ts";
import { combined, mapOf } from "../support/maps.ts";

test("a heat map of very many cells is an image in which each cell has its colour", async () => {
  const axes = { C: [...linspace(0, 149, 150)], u: [...linspace(0, 99, 100)] };
  const many = combined(axes);
  const value = (c: number, u: number) => (7 * c + 3 * u) % 11;
  const values = many.C.map((c, i) => value(c, many.u[i]));
  const drawing = new Drawing(
    await figure(sourceOf(mapOf({ keys: many, features: { V_std: values } }), undefined), { width: 700, height: 500 }),
  );
  expect([drawing.count("image"), drawing.count("rect")]).toEqual([[1], []]);
  const { width, height, at } = pixels(drawing.svg);
  const colors = new Map<number, Set<string>>();
  for (const c of axes.C) {
    for (const u of axes.u) {
      const color = at(Math.floor(((c + 0.5) * width) / 150), height - 1 - Math.floor(((u + 0.5) * height) / 100));
      colors.set(value(c, u), (colors.get(value(c, u)) ?? new Set()).add(color));
    }
  }
  expect([...colors.values()].map((found) => found.size)).toEqual(new Array(11).fill(1));
  expect(new Set([...colors.values()].flatMap((found) => [...found])).size).toBe(11);
});

/** The pixels of the PNG in a drawing: rows of filter 0, four channels. */
function pixels(svg: string) {
  const bytes = Buffer.from(/data:image\/png;base64,([^"]+)"/.exec(svg)?.[1] ?? "", "base64");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const start = bytes.indexOf("IDAT") + 4;
  const raw = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)));
  const at = (x: number, y: number) =>
    raw
      .subarray(y * (4 * width + 1) + 1 + 4 * x)
      .subarray(0, 4)
      .toString("hex");
  return { width, height, at };
}
