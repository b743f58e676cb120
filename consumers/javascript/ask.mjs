// What every consumer in JavaScript is asked, about every file that it reads; prints the answers as one object of JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = process.argv[2];
export const { feature, acrossFeature, chosen, files, answers: wanted } = JSON.parse(readFileSync(join(folder, "questions.json"), "utf8"));
export const keys = Object.keys(wanted.mean);

/** The version of an installed package, whatever it exports. */
export function versionOf(name) {
  const [path] = createRequire(import.meta.url)
    .resolve.paths(name)
    .map((place) => join(place, name, "package.json"))
    .filter(exists);
  return JSON.parse(readFileSync(path, "utf8")).version;
}

function exists(path) {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

/** The files of a form, by table; a store's traces are several. */
function pathsOf(form) {
  const store = join(folder, `store-${form}`);
  const single = Object.fromEntries(["wide", "long", "map", "across"].map((name) => [name, [join(folder, `${name}.${form}`)]]));
  return { ...single, traces: files[form].map((file) => join(store, file)), "store map": [join(store, `map.${form}`)] };
}

async function asked(work) {
  try {
    return await work();
  } catch (error) {
    // What a consumer cannot do is told in the table, whatever it is.
    return { error: String(error).slice(0, 300) };
  }
}

/** Asks only what a consumer has a method for. */
async function answersOf(ask, form) {
  const paths = pathsOf(form);
  const load = (name) => ask.load(paths[name], form);
  const found = {};
  const put = async (file, question, tables, method = question) => {
    if (!ask[method] || (file === "store" && ask.noStore)) return;
    found[file] ??= {};
    found[file][question] = await asked(async () => ask[method](...(await Promise.all(tables.map(load)))));
  };
  await put("wide", "mean", ["wide"], "wide");
  for (const [file, traces, map] of [
    ["long", "long", "map"],
    ["store", "traces", "store map"],
  ]) {
    await put(file, "mean", [traces]);
    await put(file, "filter", [traces]);
    await put(file, "join", [traces, map]);
    const points = file === "long" ? "map" : file;
    await put(points, "best", [map]);
    await put(points, "failed", [map]);
  }
  await put("across", "across", ["across"]);
  return found;
}

/** `forms`: form of files → what answers about them. */
export async function run(version, forms) {
  const answers = {};
  for (const [form, ask] of Object.entries(forms)) answers[form] = await answersOf(ask, form);
  console.log(JSON.stringify({ version, answers }));
}

export const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const counted = (values) => ({ rows: values.length, mean: meanOf(values) });
const isNumber = (value) => value !== null && value !== undefined && !Number.isNaN(value);

/** The place of the largest number of a list that has one. */
function placeOfMost(values) {
  return values.reduce((most, value, i) => (isNumber(value) && (most < 0 || value > values[most]) ? i : most), -1);
}

/** Answers by columns as lists, of readers that compute nothing. `read`: path → { name: values }, or a promise of it. */
export function byColumns(read) {
  return {
    async load(paths) {
      const parts = await Promise.all(paths.map(read));
      return Object.fromEntries(Object.keys(parts[0]).map((name) => [name, parts.flatMap((part) => Array.from(part[name]))]));
    },
    wide: (table) => Object.fromEntries(keys.map((key) => [key, meanOf(table[`V/${key}`])])),
    mean: (table) => Object.fromEntries(keys.map((key) => [key, meanOf(table.V.filter((_, i) => table.key[i] === key))])),
    filter: (table) => counted(table.V.filter((_, i) => table.C[i] === chosen)),
    join(table, map) {
      const status = new Map(map.key.map((key, i) => [key, map.status[i]]));
      return counted(table.V.filter((_, i) => status.get(table.key[i]) === "ok"));
    },
    best(map) {
      const at = placeOfMost(map[feature]);
      return { key: map.key[at], value: map[feature][at] };
    },
    across(table) {
      const at = placeOfMost(table[acrossFeature]);
      return { C: table.C[at], tau: table.tau[at], value: table[acrossFeature][at] };
    },
    failed: (map) => map.key.filter((_, i) => map.status[i] !== "ok"),
  };
}

/** Answers by SQL. `query`: text, { name: table } → rows as objects. */
export function bySql(load, query) {
  const top = async (columns, value, table) => {
    const text = `SELECT ${columns.map((name) => `"${name}"`).join(", ")}, "${value}" AS value FROM points ORDER BY "${value}" DESC NULLS LAST LIMIT 1`;
    return (await query(text, { points: table }))[0];
  };
  const one = async (text, tables) => (await query(text, tables))[0];
  return {
    load,
    wide: (table) => one(`SELECT ${keys.map((key) => `avg("V/${key}") AS "${key}"`).join(", ")} FROM wide`, { wide: table }),
    mean: async (table) =>
      Object.fromEntries(
        (await query("SELECT key, avg(V) AS mean FROM traces GROUP BY key", { traces: table })).map(({ key, mean }) => [key, mean]),
      ),
    filter: (table) => one(`SELECT count(*)::INT AS "rows", avg(V) AS mean FROM traces WHERE "C" = ${chosen}`, { traces: table }),
    join: (table, map) =>
      one(`SELECT count(*)::INT AS "rows", avg(V) AS mean FROM traces JOIN points USING (key) WHERE status = 'ok'`, {
        traces: table,
        points: map,
      }),
    best: (map) => top(["key"], feature, map),
    across: (table) => top(["C", "tau"], acrossFeature, table),
    failed: async (map) => (await query("SELECT key FROM points WHERE status <> 'ok'", { points: map })).map(({ key }) => key),
  };
}
