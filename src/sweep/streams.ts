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

/** The point whose stream of independent noise has this number: the inverse of `streamOf`; -1 for a stream that no point has. */
export function pointOfStream({ each, points }: Replicates, stream: number): number {
  return stream >= each * points ? -1 : (stream % points) * each + Math.floor(stream / points);
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

/** A variable that noise is drawn for, and the seed. */
interface NoisyVariable {
  path: string;
  seed: number;
}

/** Numbers that tell the noise on variables apart, above 2^31 as words without sign: see `numbersOf`. */
export function variableNumbers(terms: readonly NoisyVariable[]): number[] {
  return numbersOf(terms, (hash) => hash | 0x80000000);
}

/**
 * Numbers that tell noise sources of inputs apart: 0 for the first of a seed, so that the noise of a single source follows from its seed
 * alone; others have numbers from 1 to 2^31 - 1 by their paths. `sources` are in the order of the model.
 */
export function sourceNumbers(sources: readonly NoisyVariable[]): number[] {
  const firsts = new Map<number, string>();
  for (const { path, seed } of sources) if (!firsts.has(seed)) firsts.set(seed, path);
  const isFirst = ({ path, seed }: NoisyVariable) => firsts.get(seed) === path;
  const others = numbersOf(
    sources.filter((source) => !isFirst(source)),
    sourceNumberWithin,
  );
  let other = 0;
  return sources.map((source) => (isFirst(source) ? 0 : others[other++]));
}

/** The number of a noise source that is not the first of its seed, unless another of that seed has its hash. */
export function sourceNumber(path: string): number {
  return sourceNumberWithin(hashOf(path));
}

function sourceNumberWithin(hash: number): number {
  return hash & 0x7fffffff || 1;
}

/**
 * A number for each variable: FNV-1a of its path, whatever model it is in, in the range that `within` makes of it.
 * Where variables of one seed have the same hash, the first by path keeps it, and each later one gets the first free hash of its path
 * with a counter. So the noise of a variable is the same whichever others are noisy, unless one of them has its seed and its hash.
 */
function numbersOf(terms: readonly NoisyVariable[], within: (hash: number) => number): number[] {
  const keyOf = (number: number, seed: number) => `${number} ${seed}`;
  const nameOf = ({ path, seed }: NoisyVariable) => `${seed} ${path}`;
  const numberOf = (path: string) => within(hashOf(path));
  const taken = new Set(terms.map(({ path, seed }) => keyOf(numberOf(path), seed)));
  const owners = new Set<string>();
  const numbers = new Map<string, number>();
  for (const { path, seed } of [...terms].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    // Nodes that share their noise have one path.
    if (numbers.has(nameOf({ path, seed }))) continue;
    let number = numberOf(path);
    if (owners.has(keyOf(number, seed))) for (let i = 1; taken.has(keyOf(number, seed)); i++) number = numberOf(`${path}#${i}`);
    taken.add(keyOf(number, seed));
    owners.add(keyOf(number, seed));
    numbers.set(nameOf({ path, seed }), number);
  }
  return terms.map(({ path, seed }) => numbers.get(nameOf({ path, seed })) ?? numberOf(path));
}

function hashOf(path: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(path)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
