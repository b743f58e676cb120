/**
 * How the points of a sweep are numbered: `points` of the grid, each of them `each` times, its replicates side by side. Whatever is
 * drawn for a point follows from its number, and so is the same alone, in any block, and in a store that is extended.
 */
export interface Replicates {
  each: number;
  points: number;
}

/** The point of the grid that a point of the sweep is, and which replicate of it. */
export function replicateOf({ each }: Replicates, point: number): { gridPoint: number; replicate: number } {
  const replicate = point % each;
  return { gridPoint: (point - replicate) / each, replicate };
}

/** The stream of independent noise of a point: replicates after the first follow all points of the grid. */
export function streamOf(replicates: Replicates, point: number): number {
  const { gridPoint, replicate } = replicateOf(replicates, point);
  return replicate * replicates.points + gridPoint;
}

/** The point whose stream of independent noise has this number: the inverse of `streamOf`. */
export function pointOfStream({ each, points }: Replicates, stream: number): number {
  return (stream % points) * each + Math.floor(stream / points);
}

/** The stream from which a point draws noise, for target number `target` of the `targets` that one source has. */
export function noiseStream(replicates: Replicates, point: number, source: { shared: boolean; targets?: number; target?: number }): number {
  const { shared, targets = 1, target = 0 } = source;
  return shared ? replicateOf(replicates, point).replicate : streamOf(replicates, point) * targets + target;
}

/** The column of a signal that a point has: its replicates share it. */
export function signalColumn(replicates: Replicates, point: number, { targets, target }: { targets: number; target: number }): number {
  return replicateOf(replicates, point).gridPoint * targets + target;
}

/**
 * Numbers that tell the noise of variables apart, above 2^31 as words without sign: FNV-1a of the path, whatever model the variable is in.
 * Where variables of one seed have the same hash, the first by path keeps it, and each later one gets the first free hash of its path
 * with a counter. So the noise of a variable is the same whichever others are noisy, unless one of them has its seed and its hash.
 */
export function variableNumbers(terms: readonly { path: string; seed: number }[]): number[] {
  const keyOf = (hash: number, seed: number) => `${hash} ${seed}`;
  const taken = new Set(terms.map(({ path, seed }) => keyOf(hashOf(path), seed)));
  const owners = new Set<string>();
  const numbers = new Map<string, number>();
  for (const { path, seed } of [...terms].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    let hash = hashOf(path);
    if (owners.has(keyOf(hash, seed))) for (let i = 1; taken.has(keyOf(hash, seed)); i++) hash = hashOf(`${path}#${i}`);
    taken.add(keyOf(hash, seed));
    owners.add(keyOf(hash, seed));
    numbers.set(path, hash);
  }
  return terms.map(({ path }) => numbers.get(path) ?? hashOf(path));
}

function hashOf(path: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(path)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0x80000000;
}
