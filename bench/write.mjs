// 1 GB of traces as a file of Parquet and of Arrow, as `massgrid sweep --out` writes it, synced: beside hyparquet-writer on the same columns,
// and beside the same bytes in plain writes.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { gridSearch, trace } from "massgrid";
import { minima, published, row, withPoints } from "./support/measure.mjs";

const folder = fileURLToPath(new URL("../out/write", import.meta.url));
const POINTS = 500;
const SAMPLES = 125_000;
/** Rows of a group, as massgrid has them; and bytes of one plain write. */
const GROUP_ROWS = 32768;
const PIECE = 2 ** 24;

/** Writes bytes piece by piece, and syncs. */
function writePlainly(file, bytes) {
  const handle = openSync(file, "w");
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, Math.min(PIECE, bytes.length - done));
  fsyncSync(handle);
  closeSync(handle);
}

export async function bench() {
  const { writeTable } = await import(new URL("../build/lib/cli/files.js", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const times = { simulationTime: SAMPLES * 1e-3, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0 };
  const { results } = await gridSearch({ ...withPoints(POINTS), ...times, outputs: published.outputs });
  const columnData = results.schema.fields.map(({ name, metadata }) => ({
    name,
    data: metadata.has("output") ? trace(results, metadata.get("key"), metadata.get("output")) : results.getChild(name).toArray(),
    type: "DOUBLE",
  }));
  const bytes = columnData.reduce((sum, { data }) => sum + data.byteLength, 0);
  const file = (name) => join(folder, name);
  try {
    await writeTable(file("x.arrow"), results);
    const arrow = readFileSync(file("x.arrow"));
    const best = await minima(
      {
        parquet: () => writeTable(file("x.parquet"), results),
        bareParquet: () =>
          writePlainly(
            file("bare.parquet"),
            new Uint8Array(parquetWriteBuffer({ columnData, codec: "UNCOMPRESSED", rowGroupSize: GROUP_ROWS })),
          ),
        arrow: () => writeTable(file("x.arrow"), results),
        bareArrow: () => writePlainly(file("bare.arrow"), arrow),
      },
      { rounds: 4, warmup: 1 },
    );
    const rate = (ms) => `${(bytes / 1e6 / ms).toFixed(2)} GB/s`;
    const size = (name) => `${(statSync(file(name)).size / 1e9).toFixed(2)} GB`;
    return [
      row(
        `${(bytes / 1e9).toFixed(1)} GB of traces as Parquet (${size("x.parquet")}), over hyparquet-writer on the same columns (${size("bare.parquet")})`,
        `${rate(best.parquet)} over ${rate(best.bareParquet)}: ${(best.bareParquet / best.parquet).toFixed(2)}`,
        "≥ 0.8",
        (0.8 * best.parquet) / best.bareParquet,
        1,
      ),
      row(
        "the same as Arrow, over plain writes of the same bytes",
        `${rate(best.arrow)} over ${rate(best.bareArrow)}: ${(best.bareArrow / best.arrow).toFixed(2)}`,
        "≥ 0.8",
        (0.8 * best.arrow) / best.bareArrow,
        1,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
