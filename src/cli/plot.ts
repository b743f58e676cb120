import { extname } from "node:path";
import { MassgridError } from "../errors.ts";
import { checkExtension, figureFormats } from "./files.ts";
import { openSource } from "./open-sweep.ts";
import { UsageError, usageError } from "./usage.ts";
import { writeFigure } from "./write-figure.ts";

export interface PlotOptions {
  out?: string;
  x?: string;
  y?: string;
  feature?: string[];
  output?: string[];
  points?: string[];
  width?: string;
  height?: string;
  title?: string;
}

/** Pixels of a figure's side. */
const SIDE = { least: 100, most: 10_000 };

/** Draws a sweep that a file holds. Prints where the figure is. */
export async function plot(file: string, options: PlotOptions): Promise<void> {
  const { out = besideOf(file), x, y, feature: features, output: outputs, points, title } = options;
  checkExtension("--out", out, figureFormats);
  const [width, height] = [pixels("--width", options.width), pixels("--height", options.height)];
  try {
    const source = await openSource(file);
    await writeFigure(out, source, { x, y, features, outputs, points, title, width, height });
  } catch (error) {
    throw error instanceof MassgridError ? usageError(error) : error;
  }
  console.log(`wrote ${out}`);
}

/** Name of the figure beside a file: out/x.arrow → out/x.svg. */
function besideOf(file: string): string {
  const extension = extname(file);
  return `${extension.startsWith(".arrow") ? file.slice(0, file.length - extension.length) : file.replace(/[/\\]+$/, "")}.svg`;
}

function pixels(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= SIDE.least && value <= SIDE.most) return value;
  throw new UsageError(`${option} ${text}: a whole number of pixels from ${SIDE.least} to ${SIDE.most} is needed`);
}
