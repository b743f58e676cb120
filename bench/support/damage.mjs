// Ways to damage a stored sweep, one file at a time; the test and the bench use them.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Whole numbers below n, the same ones for the same seed. */
export function randomFrom(seed) {
  let state = seed;
  return (n) => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
}

function filesIn(directory) {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  return names.filter((name) => statSync(join(directory, name)).isFile()).sort();
}

/** What can be done to the bytes of a file. */
const edits = {
  flip: (bytes, random) => {
    const copy = Buffer.from(bytes);
    copy[random(bytes.length)] ^= 1 << random(8);
    return copy;
  },
  truncate: (bytes, random) => bytes.subarray(0, random(bytes.length)),
  lengthen: (bytes) => Buffer.concat([bytes, Buffer.from([0])]),
  empty: () => Buffer.alloc(0),
  blank: (bytes, random) => {
    const copy = Buffer.from(bytes);
    const start = random(bytes.length);
    // At least one byte must change.
    copy.fill(copy[start] === 0 ? 1 : 0, start, Math.min(start + 512, bytes.length));
    return copy;
  },
};

/** Two different shards' files change places, or one is replaced by that of another sweep. */
function exchange(directory, foreign, random, kind) {
  const shards = filesIn(directory).filter((name) => /\/\d{6}\.\w+$/.test(name));
  const a = shards[random(shards.length)];
  const others = shards.filter((name) => name !== a && name.split("/")[0] === a.split("/")[0]);
  const b = others[random(others.length)];
  const [one, two] = [readFileSync(join(directory, a)), readFileSync(join(kind === "swap" ? directory : foreign, kind === "swap" ? b : a))];
  writeFileSync(join(directory, a), two);
  if (kind === "swap") writeFileSync(join(directory, b), one);
  return {
    kind,
    files: kind === "swap" ? [a, b] : [a],
    undo: () => {
      writeFileSync(join(directory, a), one);
      if (kind === "swap") writeFileSync(join(directory, b), two);
    },
  };
}

/** A word of the manifest, or a number in it, becomes another. */
function editManifest(directory, random) {
  const file = join(directory, "_massgrid/manifest.json");
  const before = readFileSync(file, "utf8");
  const numbers = [...before.matchAll(/\d/g)];
  const { index } = numbers[random(numbers.length)];
  writeFileSync(file, `${before.slice(0, index)}${(Number(before[index]) + 1 + random(9)) % 10}${before.slice(index + 1)}`);
  return { kind: "edit", files: ["_massgrid/manifest.json"], undo: () => writeFileSync(file, before) };
}

function remove(directory, random) {
  const files = filesIn(directory);
  const name = files[random(files.length)];
  const before = readFileSync(join(directory, name));
  rmSync(join(directory, name));
  return { kind: "remove", files: [name], undo: () => writeFileSync(join(directory, name), before) };
}

function addStranger(directory, foreign, random) {
  const shards = filesIn(foreign).filter((name) => name.startsWith("traces/"));
  const from = shards[random(shards.length)];
  const name = from.replace(/\d{6}/, "000999");
  if (existsSync(join(directory, name))) throw new Error(`${name} is there already`);
  writeFileSync(join(directory, name), readFileSync(join(foreign, from)));
  return { kind: "stranger", files: [name], undo: () => rmSync(join(directory, name)) };
}

/** Damages one thing of the store in `directory`; `foreign` is another store of as many shards. `undo` brings it back. */
export function damage(directory, foreign, random) {
  const kinds = [...Object.keys(edits), "flip", "flip", "truncate", "swap", "foreign", "edit", "remove", "stranger"];
  const kind = kinds[random(kinds.length)];
  if (kind === "swap" || kind === "foreign") return exchange(directory, foreign, random, kind);
  if (kind === "edit") return editManifest(directory, random);
  if (kind === "remove") return remove(directory, random);
  if (kind === "stranger") return addStranger(directory, foreign, random);
  const files = filesIn(directory);
  const name = files[random(files.length)];
  const before = readFileSync(join(directory, name));
  writeFileSync(join(directory, name), edits[kind](before, random));
  return { kind, files: [name], undo: () => writeFileSync(join(directory, name), before) };
}
