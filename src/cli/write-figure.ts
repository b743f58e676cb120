import { extname } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { parseHTML } from "linkedom";
import { channelsOf } from "../figure/colors.ts";
import { type DiagramRequest, diagram } from "../figure/diagram.ts";
import type { DiagramSource } from "../figure/diagram-source.ts";
import { figure as drawFigure } from "../figure/figure.ts";
import type { FigureRequest, FigureSource } from "../figure/source.ts";
import { FONT, type Size, type Surface } from "../figure/svg.ts";
import { prepareFolder, writeWhole } from "./files.ts";

/** A figure of a sweep as SVG text. Throws as the figure that it draws. */
export async function figure(source: FigureSource, request: FigureRequest): Promise<string> {
  return await drawFigure(nodeSurface(), source, request);
}

/** Draws a figure of a sweep and writes it in the format that the file's name ends in. Throws as `figure`. */
export async function writeFigure(file: string, source: FigureSource, request: FigureRequest): Promise<void> {
  await write(file, await figure(source, request));
}

/** Draws a bifurcation diagram and writes it in the format that the file's name ends in. */
export async function writeDiagram(file: string, source: DiagramSource, request: DiagramRequest = {}): Promise<void> {
  await write(file, diagram(nodeSurface(), source, request));
}

async function write(file: string, svg: string): Promise<void> {
  prepareFolder(file);
  await writeWhole(file, [extname(file) === ".png" ? await toPng(svg) : Buffer.from(svg)]);
}

const namespaces = { xmlns: "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink" };

/** What figures are drawn with in Node. */
export function nodeSurface(): Surface {
  const { document } = parseHTML("<html><body></body></html>");
  const textOf = (svg: Element) => {
    for (const [name, value] of Object.entries(namespaces)) svg.setAttribute(name, value);
    return svg.outerHTML;
  };
  return { document, textOf, imageOf };
}

/** Pixels as a PNG, as the address of an SVG's <image>. */
function imageOf({ width, height }: Size, colorAt: (x: number, y: number) => string | undefined): string {
  const channels = new Map<string, readonly number[]>();
  const raw = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, y);
      if (color === undefined) continue;
      let rgba = channels.get(color);
      if (rgba === undefined) {
        rgba = [...channelsOf(color), 255];
        channels.set(color, rgba);
      }
      raw.set(rgba, y * (1 + 4 * width) + 1 + 4 * x);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green, blue and alpha.
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const png = Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(raw)), chunk("IEND", Buffer.alloc(0))]);
  return `data:image/png;base64,${png.toString("base64")}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** Pixels of a PNG for each of the figure. */
const ZOOM = 2;
const SAMPLE = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="${FONT}">m</text></svg>`;

/** A figure as PNG, of twice its size. Text is set in a font of the system; says so on stderr where there is none. */
export async function toPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  if (new Resvg(SAMPLE).getBBox() === undefined) {
    console.error("no font was found, so the PNG has no text: install one (such as DejaVu Sans), or write .svg");
  }
  return new Resvg(svg, { fitTo: { mode: "zoom", value: ZOOM }, background: "white" }).render().asPng();
}
