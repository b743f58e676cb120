// Memory of a Tree of assembly/noise/tree.ts, field by field: what makes random paths that do not change when the step is halved.
//
//   Tree | groups: a word a level | bridge: two numbers a level | rows | normals

const TREE_BYTES = 72;
/** Root intervals are of this length or up to twice as long, in the model's time unit: longer than any step. */
const ROOT = 2 ** 20;
const PAIR_BYTES = 16;

/** Gives the address of so many further bytes. */
export type Place = (bytes: number) => number;

/** Addresses of a tree, and its size. `n` is 0 where all lanes share one path. */
export interface TreeLayout {
  tree: number;
  groups: number;
  bridge: number;
  rows: number;
  normals: number;
  n: number;
  levels: number;
  root: number;
}

/** How often a root interval is halved until it is a step, and how long it is. A halved step has the same root. */
function rootOf(stepSize: number): { levels: number; root: number } {
  let levels = 0;
  let root = stepSize;
  for (; root < ROOT; root *= 2) levels++;
  return { levels, root };
}

/** Places a tree for n lanes, or for one path of all lanes where n is 0. */
export function placeTree(place: Place, stepSize: number, n: number): TreeLayout {
  const { levels, root } = rootOf(stepSize);
  const rowBytes = Math.max(PAIR_BYTES, n * 8);
  return {
    tree: place(TREE_BYTES),
    groups: place((levels + 2) * 4),
    bridge: place(levels * 16),
    rows: place((levels + 2) * rowBytes),
    normals: place((levels + 1) * (n === 0 ? 8 * PAIR_BYTES : 2 * rowBytes)),
    ...{ n, levels, root },
  };
}

/** What a tree draws from, and what an Ornstein-Uhlenbeck process is of. */
export interface TreeUse {
  source: number;
  scratch: number;
  process?: { tau: number; mean: number; sd: number } | undefined;
}

/** Writes a tree that has not begun. */
export function writeTree(memory: WebAssembly.Memory, at: TreeLayout, { source, scratch, process }: TreeUse): void {
  const words = [at.n, at.levels, -1, source, scratch, at.groups, at.bridge, at.rows, at.normals, 0];
  new Int32Array(memory.buffer).set(words, at.tree / 4);
  const { tau = 0, mean = 0, sd = 0 } = process ?? {};
  new Float64Array(memory.buffer).set([at.root, tau, mean, sd], at.tree / 8 + 5);
}
