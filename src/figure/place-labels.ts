import { textWidth } from "./svg.ts";

/** A rectangle, in pixels. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** What stands at a place of a drawing. */
export interface Placed {
  at: Place;
}

interface Place {
  x: number;
  y: number;
}

interface Surroundings {
  frame: Box;
  /** Lines that labels had better not lie on. */
  paths: readonly (readonly Place[])[];
  fontSize: number;
  /** Of the marks. */
  radius: number;
}

/** How bad it is to lie on another label, on a mark, on a piece of a line, farther away, and outside of the frame. */
const COST = { label: 100, mark: 30, line: 1, ring: 5, outside: 1000 };
/** Pixels between the places of a line that are looked at. */
const PIECE = 4;
/** Directions in which a label may stand from its mark, the first that is free is taken; and how much farther where none is. */
const directions = [
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
] as const;
const rings = [0, 10, 20];

/** Where the middles of labels' base lines stand, beside their marks and as far as possible not on each other or on lines. */
export function placeLabels(marks: readonly (Place & { text: string })[], around: Surroundings): (Place & { text: string })[] {
  const { frame, paths, fontSize, radius } = around;
  const pieces = paths.flatMap(piecesOf);
  const taken: Box[] = [];
  return marks.map(({ x, y, text }) => {
    const width = textWidth(text, fontSize);
    let best: { cost: number; box: Box } | undefined;
    for (const [i, ring] of rings.entries()) {
      for (const [j, [right, down]] of directions.entries()) {
        const [middle, center] = [x + right * (radius + width / 2 + 1 + ring), y + down * (radius + fontSize / 2 + 1 + ring)];
        const box = { left: middle - width / 2, right: middle + width / 2, top: center - fontSize / 2, bottom: center + fontSize / 2 };
        const cost =
          (isWithin(box, frame) ? 0 : COST.outside) +
          COST.label * taken.filter((other) => overlap(box, other)).length +
          COST.mark * marks.filter((mark) => has(box, mark, radius)).length +
          COST.line * pieces.filter((piece) => has(box, piece, 1)).length +
          // Of places that are as free, the first.
          COST.ring * i +
          0.01 * j;
        if (best === undefined || cost < best.cost) best = { cost, box };
      }
    }
    const box = best?.box ?? { left: x, right: x, top: y, bottom: y };
    taken.push(box);
    return { text, x: (box.left + box.right) / 2, y: box.bottom - 0.15 * fontSize };
  });
}

/** Places along a line, a few pixels apart. */
function piecesOf(path: readonly Place[]): Place[] {
  return path.flatMap((to, i) => {
    const from = path[Math.max(0, i - 1)];
    const count = Math.min(500, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / PIECE));
    return Array.from({ length: count }, (_, k) => ({
      x: from.x + ((to.x - from.x) * k) / count,
      y: from.y + ((to.y - from.y) * k) / count,
    }));
  });
}

function isWithin(box: Box, frame: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function has({ left, right, top, bottom }: Box, { x, y }: Place, margin: number): boolean {
  return x > left - margin && x < right + margin && y > top - margin && y < bottom + margin;
}
