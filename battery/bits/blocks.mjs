// The seven sweeps in this thread, with blocks of other sizes, points in another order, and shards in any order. Prints a line of JSON:
// what was tried, with "" or what differs. Arguments: how many orders of shards, and sizes of blocks.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finishSweep, gridSearch, runShards } from "massgrid";
import { makePlan } from "../../build/lib/plan/plan.js";
import { inlineRunner } from "../../build/lib/run/run.js";
import { blocksOf } from "../../build/lib/sweep/blocks.js";
import { MapRows } from "../../build/lib/table/map.js";
import { wideTable } from "../../build/lib/table/wide.js";
import { hashOfSweep, seven, sevenSweeps } from "../../test/consumer/sweeps.mjs";
import { contents } from "../support/folder.mjs";
import { randomOf } from "../support/random.mjs";

const [orders, ...sizes] = process.argv.slice(2).map(Number);
const found = { blocks: [], order: [], shards: [] };
const wanted = await sevenSweeps(0);

/** A sweep in blocks of at most so many points. */
async function inBlocks(call, lanes) {
  const plan = makePlan(call, { budget: 4e9, lanes, openFile: () => undefined });
  const rows = new MapRows(plan);
  const traces = [];
  for await (const result of inlineRunner(plan, blocksOf(plan.blocks))) {
    rows.add(result);
    traces.push({ block: result.block, traces: result.traces });
  }
  traces.sort((a, b) => a.block.job - b.block.job || a.block.first - b.block.first);
  return { results: await wideTable(plan, traces), resultsMap: await rows.table() };
}

for (const lanes of sizes)
  for (const [name, call] of Object.entries(seven))
    found.blocks.push((await hashOfSweep(await inBlocks(call, lanes))) === wanted[name] ? "" : `${name}, blocks of ${lanes}`);

/** Every trace by its point's value of the grid. */
function byValue({ results, resultsMap }, key) {
  const names = results.schema.fields.filter(({ metadata }) => metadata.has("output"));
  const value = new Map(resultsMap.toArray().map((row) => [String(row.key), row[key]]));
  return new Map(
    names.map(({ name, metadata }) => [
      `${metadata.get("output")} ${metadata.get("node")} ${value.get(metadata.get("key"))}`,
      results.getChild(name).toArray(),
    ]),
  );
}

const same = (a, b) =>
  a.length === b.length && Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

/** Sweeps whose points draw no noise by their number have the same traces in any order. */
const orderly = Object.entries(seven).filter(([name]) => !["noise", "stochastic"].includes(name));
for (const [name, call] of orderly) {
  const [key] = Object.keys(call.paramGrid);
  const there = byValue(await gridSearch({ ...call, workers: 0 }), key);
  const random = randomOf(1995);
  const mixed = Array.from(call.paramGrid[key], (value) => ({ value, place: random(1e9) })).sort((a, b) => a.place - b.place);
  for (const values of [[...call.paramGrid[key]].reverse(), mixed.map(({ value }) => value)]) {
    const back = byValue(await gridSearch({ ...call, paramGrid: { [key]: values }, workers: 0 }), key);
    found.order.push([...there].every(([of, column]) => back.has(of) && same(column, back.get(of))) ? "" : `${name} in another order`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "massgrid-bits-"));
const PARTS = 5;
for (const [name, call] of Object.entries(seven)) {
  const store = (directory) => ({ ...call, workers: 0, store: { directory, shardPoints: 2, format: "parquet" } });
  const whole = join(folder, `${name}-whole`);
  await gridSearch(store(whole));
  for (let order = 0; order < orders; order++) {
    const random = randomOf(order);
    const directory = join(folder, `${name}-${order}`);
    const parts = Array.from({ length: PARTS }, (_, part) => ({ part, place: random(1e9) })).sort((a, b) => a.place - b.place);
    for (const { part } of parts) await runShards(store(directory), { shards: `${part}/${PARTS}` });
    await finishSweep(directory);
    found.shards.push(contents(directory) === contents(whole) ? "" : `${name}, shards ${parts.map(({ part }) => part).join(" ")}`);
  }
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify(found));
