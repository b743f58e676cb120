// The files that consumers read, and what massgrid itself answers: a sweep of two keys with replicates and noise, one point of which fails.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acrossReplicates, gridSearch, normalNoise, tableToParquet, trace } from "../dist/index.js";
// The copy that the package takes: what one copy of apache-arrow makes, another writes into files that nothing can read.
import { RecordBatchFileWriter, RecordBatchStreamWriter } from "../node_modules/apache-arrow/Arrow.node.mjs";

const FAILING = 1e300;
/** The grid value that rows are filtered on. */
const CHOSEN = 135;

const base = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, CHOSEN, 270, CHOSEN, FAILING], tau: [0.01, 0.01, 0.01, 0.012, 1e-5] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
  replicates: 2,
  ...{ simulationTime: 0.5, stepSize: 1e-3 },
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 20, seed: 7, shared: false }) },
  outputs: { V: "jrc/jrc_op/V_e", "the input": "jrc/jrc_op/u" },
  features: { V: ["mean", "std"] },
};

async function bytesOf(writer) {
  const chunks = [];
  for await (const chunk of await writer) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The means of numbers, the sum in their order. */
function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Writes all files into a folder, their traces of the type that is given, beside `questions.json` with what is asked and what the answers
 * are.
 */
export async function writeFixture(folder, traceType) {
  const options = { ...base, traceType };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { results: wide, resultsMap: map } = await gridSearch(options);
  const { results: long } = await gridSearch({ ...options, layout: "long" });
  const across = acrossReplicates(map);
  for (const [name, table] of Object.entries({ wide, long, map, across })) {
    writeFileSync(join(folder, `${name}.arrow`), await bytesOf(RecordBatchFileWriter.writeAll(table)));
    writeFileSync(join(folder, `${name}.arrows`), await bytesOf(RecordBatchStreamWriter.writeAll(table)));
    writeFileSync(join(folder, `${name}.parquet`), await tableToParquet(table));
  }
  const files = {};
  for (const format of ["arrow", "parquet"]) {
    const { store } = await gridSearch({ ...options, store: { directory: join(folder, `store-${format}`), format, shardPoints: 3 } });
    files[format] = store.files;
  }
  const questions = questionsOf({ wide, map, across, files });
  writeFileSync(join(folder, "questions.json"), `${JSON.stringify(questions, null, 2)}\n`);
  return questions;
}

function questionsOf({ wide, map, across, files }) {
  const rows = map.toArray().map((row) => row.toJSON());
  const finished = rows.filter(({ status }) => status === "ok");
  const values = Object.fromEntries(finished.map(({ key }) => [key, Array.from(trace(wide, key, "V"))]));
  const all = Object.values(values).flat();
  const chosen = finished.filter(({ C }) => C === CHOSEN).flatMap(({ key }) => values[key]);
  const feature = columnOf(map, "V", "std");
  const ofAcross = columnOf(across, "V", "std");
  const best = finished.reduce((most, row) => (row[feature] > most[feature] ? row : most));
  const means = across.toArray().map((row) => row.toJSON());
  const steadiest = means
    .filter((row) => Number.isFinite(row[ofAcross]))
    .reduce((most, row) => (row[ofAcross] > most[ofAcross] ? row : most));
  return {
    ...{ feature, acrossFeature: ofAcross, chosen: CHOSEN, output: "V", grid: "C", files },
    answers: {
      /** The mean of V at each point that did not fail. */
      mean: Object.fromEntries(Object.entries(values).map(([key, list]) => [key, meanOf(list)])),
      /** The point where V varies most. */
      best: { key: best.key, value: best[feature] },
      /** The grid values where V varies most, in the mean of the replicates. */
      across: { C: steadiest.C, tau: steadiest.tau, value: steadiest[ofAcross] },
      /** Traces joined with the map by key: rows of points that are ok, and their mean. */
      join: { rows: all.length, mean: meanOf(all) },
      filter: { rows: chosen.length, mean: meanOf(chosen) },
      failed: rows.filter(({ status }) => status !== "ok").map(({ key }) => key),
    },
  };
}

/** The column of a feature, by its metadata. */
function columnOf({ schema }, output, feature) {
  const found = schema.fields.find(({ metadata }) => metadata.get("output") === output && metadata.get("feature") === feature);
  if (!found) throw new Error(`no column has the feature ${feature} of ${output}`);
  return found.name;
}
