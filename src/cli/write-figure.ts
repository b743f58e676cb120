import { extname } from "node:path";
import { figure as drawFigure } from "../figure/figure.ts";
import type { FigureRequest, FigureSource } from "../figure/source.ts";
import { prepareFolder, writeWhole } from "./files.ts";
import { nodeSurface, toPng } from "./surface.ts";

/** A figure of a sweep as SVG text. Throws as the figure that it draws. */
export async function figure(source: FigureSource, request: FigureRequest): Promise<string> {
  return await drawFigure(nodeSurface(), source, request);
}

/** Draws a figure of a sweep and writes it in the format that the file's name ends in. Throws as `figure`. */
export async function writeFigure(file: string, source: FigureSource, request: FigureRequest): Promise<void> {
  const svg = await figure(source, request);
  prepareFolder(file);
  await writeWhole(file, [extname(file) === ".png" ? await toPng(svg) : Buffer.from(svg)]);
}
