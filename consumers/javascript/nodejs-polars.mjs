import { readFileSync } from "node:fs";
import pl from "nodejs-polars";
import { acrossFeature, chosen, feature, keys, run, versionOf } from "./ask.mjs";

const readers = { arrow: pl.readIPC, parquet: pl.readParquet };
const counted = (frame) => ({ rows: frame.height, mean: frame.getColumn("V").mean() });
const top = (frame, name) => frame.filter(pl.col(name).isNotNull()).sort(name, true).head(1).toRecords()[0];

const polars = {
  load: (paths, form) => pl.concat(paths.map((path) => readers[form](readFileSync(path)))),
  wide: (frame) => Object.fromEntries(keys.map((key) => [key, frame.getColumn(`V/${key}`).mean()])),
  mean: (frame) =>
    Object.fromEntries(
      frame
        .groupBy("key")
        .agg(pl.col("V").mean().alias("mean"))
        .toRecords()
        .map(({ key, mean }) => [key, mean]),
    ),
  filter: (frame) => counted(frame.filter(pl.col("C").eq(pl.lit(chosen)))),
  join: (frame, map) => counted(frame.join(map, { on: "key" }).filter(pl.col("status").eq(pl.lit("ok")))),
  best(map) {
    const row = top(map, feature);
    return { key: row.key, value: row[feature] };
  },
  across(frame) {
    const row = top(frame, acrossFeature);
    return { C: row.C, tau: row.tau, value: row[acrossFeature] };
  },
  failed: (map) =>
    map
      .filter(pl.col("status").neq(pl.lit("ok")))
      .getColumn("key")
      .toArray(),
};
await run(versionOf("nodejs-polars"), { arrow: polars, parquet: polars });
