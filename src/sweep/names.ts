/** What the names of points are made of: `JRC2_0`, `JRC2_0_r1`. A million texts would take long to make, and are seldom asked for. */
export interface Names {
  length: number;
  circuit: string;
  /** Names, or labels behind the circuit's name, where the grid brought its own: one for each of its points. */
  own?: readonly string[] | undefined;
  labels?: readonly string[] | undefined;
  /** Points of the sweep for each of the grid. */
  replicates: number;
}

/** Names that are there. */
export function givenNames(own: readonly string[]): Names {
  return { length: own.length, circuit: "", own, replicates: 1 };
}

/** The name of point number `point`. */
export function nameOf({ circuit, own, labels, replicates }: Names, point: number): string {
  if (replicates === 1) return own?.[point] ?? `${circuit}_${labels?.[point] ?? point}`;
  const ofGrid = Math.floor(point / replicates);
  return `${own?.[ofGrid] ?? `${circuit}_${labels?.[ofGrid] ?? ofGrid}`}_r${point % replicates}`;
}

/** The names as a list that is made where it is read. */
export function nameList(names: Names): { length: number; slice(first: number, end: number): string[] } {
  const slice = (first: number, end: number) =>
    Array.from({ length: Math.min(end, names.length) - first }, (_, i) => nameOf(names, first + i));
  return { length: names.length, slice };
}
