/** Items by what `keyOf` says of each: groups in the order of their first items, the items of each in their own. */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Adds items to the end of a list. Arguments of a call are limited in number, and so no list is spread into them. */
export function append<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}

/** Whatever can be reached from some roots, these among it, by what `nextOf` says of each. */
export function reachable<Item>(roots: Iterable<Item>, nextOf: (item: Item) => readonly Item[]): Set<Item> {
  const seen = new Set<Item>();
  const stack = [...roots];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    append(stack, nextOf(item));
  }
  return seen;
}

/** The text that stands most often in a list; the first of several. */
export function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce((best, other) => (other[1] > best[1] ? other : best))[0];
}

/** The largest of some numbers; -Infinity where there are none, NaN where one is. */
export function largest(numbers: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}
