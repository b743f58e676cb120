// Texts that are damaged: a few cuts, each with something put in its place, or lines that change places.
import { pick } from "../support/random.mjs";

/** What is put in: marks of YAML and of equations, names that mean something, numbers at the ends of their ranges, and bad characters. */
const pieces = [
  ..." \n:[]{}'\"*&!|>-()^%#,.=/\\+0j\0\t\u0441\ud800\u202e\u2028\ufeff",
  ...["&a ", "*a", "<<: *a", "!!js/function ", "---\n", "...\n", "%YAML 1.1\n", "? ", "- ", "null", "true", ".nan", "-.inf", "~", "0x1p9"],
  ...["1e999", "-1e308", "1e-320", "-0.0", "9007199254740993", "1e9", "0", "-1", "0.1", "1_0", "1:2"],
  ...["base", "op", "all", "t", "dt", "pi", "E", "x'", "d/dt", "variable(", "input", "output", "past(", "exp(", "constructor", "toString"],
  ...["__proto__: 1\n", "hasOwnProperty", "..", "../", "/", "file:", "store: {directory: x}\n", "certify: true\n", "workers: 3\n"],
];

/** One edit of a text. Places are fractions of its length, so that they hold whatever edits come before. */
export function editText(random) {
  if (random(12) === 0) return { swap: [random(1000) / 1000, random(1000) / 1000] };
  const put = random(3) === 0 ? "" : pick(random, pieces);
  return { at: random(1e6) / 1e6, cut: random(4) === 0 ? random(60) : random(8), put };
}

export function applyText(text, edits) {
  return edits.reduce((now, { swap, at, cut, put }) => {
    if (swap) {
      const lines = now.split("\n");
      const [a, b] = swap.map((part) => Math.floor(part * lines.length));
      [lines[a], lines[b]] = [lines[b], lines[a]];
      return lines.join("\n");
    }
    const place = Math.floor(at * now.length);
    return now.slice(0, place) + put + now.slice(place + cut);
  }, text);
}

/** The shortest text that `fails` as the given one does, found in so many tries: parts of it are left out while it fails. */
export async function shortest(text, fails, tries = 400) {
  let best = text;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < best.length; ) {
      if (tries-- <= 0) return best;
      const less = best.slice(0, start) + best.slice(start + size);
      if (await fails(less)) best = less;
      else start += size;
    }
  }
  return best;
}
