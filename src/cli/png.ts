import { FONT } from "../figure/svg.ts";

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
