import type { Table } from "apache-arrow";
import type uPlot from "uplot";
import { dashes, INK, PAPER } from "../figure/colors.ts";
import { numbersOf, textsOf } from "../figure/columns.ts";
import type { DiagramLines, Mark } from "../figure/diagram-lines.ts";
import { color, type Overlay } from "./chart.ts";
import type { DiagramPartName } from "./protocol.ts";

/** A row of one of a diagram's tables. */
export interface DiagramRow {
  part: DiagramPartName;
  row: number;
}

/** Where the rows of a table stand on a figure: one height, or the largest and the smallest of a cycle. */
export interface Places {
  part: DiagramPartName;
  table: Table;
  x: Float64Array;
  heights: readonly Float64Array[];
}

/** What an overlay shows, and what it does. */
export interface OverlayOptions {
  lines: DiagramLines;
  places: readonly Places[];
  /** Whether lines stand on a rim of paper: over the colours of a heat map. */
  hasRim: boolean;
  /** The row that is open. */
  open: () => DiagramRow | undefined;
  /** Whether what is drawn is of a state before. */
  isStale: () => boolean;
  choose: (row: DiagramRow) => void;
  titleOf: (mark: Mark) => string;
}

/** How near a click must be, in pixels. */
const NEAR = 9;
const RADIUS = 3.5;

/** Branches or curves over a figure. */
export class DiagramOverlay implements Overlay {
  readonly heights: readonly number[];
  readonly #options: OverlayOptions;

  constructor(options: OverlayOptions) {
    this.#options = options;
    this.heights = options.places.flatMap(({ heights }) => heights.flatMap((values) => Array.from(values).filter(Number.isFinite)));
  }

  draw(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { lines, hasRim, isStale } = this.#options;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.globalAlpha = isStale() ? 0.4 : 1;
    const paths = lines.series.map((series) => ({ ...series, path: pathOf(plot, series.lines) }));
    if (hasRim) {
      [ctx.strokeStyle, ctx.lineWidth] = [PAPER, 4 * ratio];
      for (const { path } of paths) ctx.stroke(path);
    }
    ctx.lineWidth = (hasRim ? 2 : 1.8) * ratio;
    for (const { path, color: own, dash } of paths) {
      ctx.strokeStyle = own;
      ctx.setLineDash((dashes[dash] ?? "").split(" ").flatMap((part) => (part === "" ? [] : [Number(part) * ratio * 1.4])));
      ctx.stroke(path);
    }
    ctx.setLineDash([]);
    this.#drawMarks(plot);
    this.#drawOpen(plot);
    ctx.restore();
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const { marks } = this.#options.lines;
    const paper = this.#options.hasRim ? PAPER : color("paper");
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.lineJoin = "round";
    const taken: [number, number][] = [];
    for (const { x, y, label, color: own, isQuiet } of marks) {
      const [left, top] = [plot.valToPos(x, "x", true), plot.valToPos(y, "y", true)];
      if (!Number.isFinite(left + top)) continue;
      ctx.beginPath();
      ctx.arc(left, top, (isQuiet ? 0.7 : 1) * RADIUS * ratio, 0, 2 * Math.PI);
      [ctx.fillStyle, ctx.strokeStyle, ctx.lineWidth] = [isQuiet ? paper : own, isQuiet ? own : paper, ratio];
      ctx.fill();
      ctx.stroke();
      if (isQuiet || taken.some(([a, b]) => Math.abs(a - left) < 14 * ratio && Math.abs(b - top) < 11 * ratio)) continue;
      taken.push([left, top]);
      [ctx.strokeStyle, ctx.fillStyle, ctx.lineWidth] = [paper, this.#options.hasRim ? INK : color("ink"), 3 * ratio];
      // Beside its point, on the side where there is room.
      const isHigh = top < bbox.top + 18 * ratio;
      const isRight = left > bbox.left + bbox.width - 34 * ratio;
      ctx.textAlign = isRight ? "right" : "left";
      const [beside, above] = [left + (isRight ? -6 : 6) * ratio, top + (isHigh ? 15 : -6) * ratio];
      ctx.strokeText(label, beside, above);
      ctx.fillText(label, beside, above);
    }
  }

  #drawOpen(plot: uPlot): void {
    const open = this.#options.open();
    const own = this.#options.places.find(({ part }) => part === open?.part);
    if (!open || !own) return;
    const { ctx } = plot;
    for (const values of own.heights) {
      const [left, top] = [plot.valToPos(own.x[open.row], "x", true), plot.valToPos(values[open.row], "y", true)];
      for (const [radius, stroke] of [
        [8.5, this.#options.hasRim ? PAPER : color("paper")],
        [7, this.#options.hasRim ? INK : color("ink")],
      ] as const) {
        ctx.beginPath();
        ctx.arc(left, top, radius * devicePixelRatio, 0, 2 * Math.PI);
        [ctx.strokeStyle, ctx.lineWidth] = [stroke, 1.8 * devicePixelRatio];
        ctx.stroke();
      }
    }
  }

  click(plot: uPlot): boolean {
    const found = this.#rowAt(plot);
    if (found) this.#options.choose(found);
    return found !== undefined;
  }

  titleAt(plot: uPlot): string {
    const { left = -1, top = -1 } = plot.cursor;
    const near = this.#options.lines.marks.filter(
      ({ x, y }) => Math.hypot(plot.valToPos(x, "x") - left, plot.valToPos(y, "y") - top) <= NEAR,
    );
    return [...new Set(near.map(this.#options.titleOf))].join("\n");
  }

  /** The special point below the pointer, or else the row that is nearest on the line there. */
  #rowAt(plot: uPlot): DiagramRow | undefined {
    const { left = -1, top = -1 } = plot.cursor;
    if (left < 0 || top < 0) return undefined;
    let best: { off: number; row: DiagramRow } | undefined;
    const take = (off: number, row: DiagramRow) => {
      if (off <= NEAR && (best === undefined || off < best.off)) best = { off, row };
    };
    for (const { part, table, x, heights } of this.#options.places) {
      const branch = numbersOf(table, "branch");
      const labels = textsOf(table, "label");
      for (const values of heights) {
        const at = Array.from(x, (value, row) => [plot.valToPos(value, "x"), plot.valToPos(values[row], "y")] as const);
        at.forEach(([x1, y1], row) => {
          // A special point comes before all that is nearer.
          const away = Math.hypot(x1 - left, y1 - top);
          if (labels[row] !== "" && away <= NEAR) take(away - NEAR, { part, row });
          const isFirst = row === 0 || branch[row - 1] !== branch[row];
          const [x0, y0] = at[isFirst ? row : row - 1];
          const [dx, dy] = [x1 - x0, y1 - y0];
          const square = dx * dx + dy * dy;
          const share = square === 0 ? 1 : Math.min(1, Math.max(0, ((left - x0) * dx + (top - y0) * dy) / square));
          take(Math.hypot(x0 + share * dx - left, y0 + share * dy - top), { part, row: share < 0.5 ? row - 1 : row });
        });
      }
    }
    return best?.row;
  }
}

function pathOf(plot: uPlot, lines: DiagramLines["series"][number]["lines"]): Path2D {
  const path = new Path2D();
  for (const line of lines) {
    let isOn = false;
    for (const [x, y] of line) {
      const [left, top] = [plot.valToPos(x, "x", true), plot.valToPos(y, "y", true)];
      if (!Number.isFinite(left + top)) isOn = false;
      else if (isOn) path.lineTo(left, top);
      else {
        path.moveTo(left, top);
        isOn = true;
      }
    }
  }
  return path;
}
