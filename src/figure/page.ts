import { INK, SOFT_INK } from "./colors.ts";
import { brokenLines, cut, drawing, element, type Panel, type Size, type Surface, text, textWidth, written } from "./svg.ts";

/** What a figure is made of. */
export interface Page {
  title: string;
  /** What stands behind the title, in colours: names of lines. */
  names: readonly { text: string; color: string }[];
  /** Below the title, smaller. */
  about: string;
  panels: readonly Panel[];
  columns: number;
  /** Of each panel, if nothing else was asked for. */
  panel: Size;
}

/** Size of the whole, in pixels, where it is given. */
export interface FigureSize {
  width?: number | undefined;
  height?: number | undefined;
}

const TITLE = { size: 15, line: 20, left: 14, most: 3 };
const ABOUT = { size: 11, line: 15, most: 3 };
const PANEL_TITLE = { size: 12, line: 24, left: 62 };
const PAD = 10;

/** A figure as SVG text; `width` and `height` are of the whole. */
export function drawPage(surface: Surface, page: Page, { width, height }: FigureSize = {}): string {
  const { panels, columns } = page;
  const { document } = surface;
  const wide = width ?? columns * page.panel.width + PAD;
  const head = drawHead(document, page, wide);
  const rows = Math.ceil(panels.length / columns);
  const titled = panels.some(({ title }) => title !== "") ? PANEL_TITLE.line : 0;
  const high = height ?? head.height + rows * (page.panel.height + titled) + PAD;
  const cell = { width: (wide - PAD) / columns, height: Math.max(40, (high - head.height - PAD) / rows) };
  const svg = drawing(document, { width: wide, height: high }, [page.title, ...page.names.map((name) => name.text)].join(" "));
  for (const part of head.parts) svg.append(part);
  panels.forEach((panel, i) => {
    const [left, top] = [(i % columns) * cell.width, head.height + Math.floor(i / columns) * cell.height];
    const size = { width: cell.width, height: cell.height - titled };
    const drawn = element(document, "g", { transform: `translate(0,${titled})` }, panel.draw(surface, size));
    const group = element(document, "g", { transform: `translate(${left},${top})` }, drawn);
    const room = cell.width - PANEL_TITLE.left;
    if (panel.title !== "") {
      const title = cut(panel.title, room, PANEL_TITLE.size);
      group.append(text(document, title, { x: PANEL_TITLE.left, y: 18, "font-size": PANEL_TITLE.size, "font-weight": "bold" }));
    }
    svg.append(group);
  });
  return written(surface, svg);
}

/** The title, with names of lines behind it, and what is said of the sweep, in as many lines as they need. */
function drawHead(document: Document, { title, names, about }: Page, width: number): { parts: Element[]; height: number } {
  const room = width - 2 * TITLE.left;
  const parts: Element[] = [];
  let y = 6;
  const line = (content: string, style: { size: number; line: number; fill: string; weight: string }) => {
    y += style.line;
    const made = text(document, content, { x: TITLE.left, y, "font-size": style.size, "font-weight": style.weight, fill: style.fill });
    parts.push(made);
    return made;
  };
  const titleStyle = { ...TITLE, fill: INK, weight: "bold" };
  let last: Element | undefined;
  let used = 0;
  for (const content of brokenLines(title, { width: room, fontSize: TITLE.size, most: TITLE.most })) {
    last = line(content, titleStyle);
    used = textWidth(content, TITLE.size);
  }
  for (const name of names) {
    const size = textWidth(name.text, TITLE.size) + 10;
    if (last === undefined || used + size > room) {
      last = line("", titleStyle);
      used = 0;
    }
    const part = element(document, "tspan", { fill: name.color, dx: used === 0 ? 0 : 8 });
    part.textContent = cut(name.text, room, TITLE.size);
    last.append(part);
    used += size;
  }
  const lines = about === "" ? [] : brokenLines(about, { width: room, fontSize: ABOUT.size, most: ABOUT.most });
  for (const content of lines) line(content, { ...ABOUT, fill: SOFT_INK, weight: "normal" });
  return { parts, height: y + 12 };
}
