// Random numbers of the battery: the same ones for the same seed, and unlike ones for neighbouring seeds.

/** A function that gives whole numbers from 0 to n - 1, by SplitMix32. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return Math.floor((((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32) * n);
  };
}

/** One of a list. */
export function pick(random, list) {
  return list[random(list.length)];
}
