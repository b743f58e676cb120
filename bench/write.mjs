// 1 GB of traces as a file of Parquet and of Arrow, as `massgrid sweep --out` writes it: beside hyparquet-writer on the same columns, and
// beside the same bytes in plain writes. All are new files, and all are synced once before they count as written, as massgrid's are, so that
// what differs is how they are written; the disk's own time is in both.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { gridSearch, trace, uniformNoise } from "massgrid";
import { published, row, withPoints } from "./support/measure.mjs";

const folder = fileURLToPath(new URL("../out/write", import.meta.url));
const POINTS = 500;
/** Samples of each trace: 1 GB in all, or a tenth. */
const samples = { whole: 125_000, quick: 12_500 };
const rounds = { whole: 5, quick: 3 };
/** Rows of a group, as massgrid has them; and bytes of one plain write. */
const GROUP_ROWS = 32768;
const PIECE = 2 ** 24;

const file = (name) => join(folder, name);

/** Writes bytes piece by piece, and syncs. */
function writePlainly(name, bytes) {
  const handle = openSync(file(name), "w");
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, Math.min(PIECE, bytes.length - done));
  fsyncSync(handle);
  closeSync(handle);
}

/** Least milliseconds of each rival, over some turns after the first. What it writes is not there before, nor freed while it is timed. */
async function leastOf(rivals, turns) {
  const best = Object.fromEntries(Object.keys(rivals).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const [name, write] of Object.entries(rivals)) {
      rmSync(file(name), { force: true });
      const start = performance.now();
      await write(name);
      const ms = performance.now() - start;
      if (turn > 0) best[name] = Math.min(best[name], ms);
    }
  }
  return best;
}

/** The columns of a table of traces as hyparquet-writer takes them. */
function columnsOf(table) {
  return table.schema.fields.map(({ name, metadata }) => ({
    name,
    data: metadata.has("output") ? trace(table, metadata.get("key"), metadata.get("output")) : table.getChild(name).toArray(),
    type: "DOUBLE",
  }));
}

export async function bench({ quick = false } = {}) {
  const { writeTable } = await import(new URL("../build/lib/cli/files.js", import.meta.url));
  const size = quick ? "quick" : "whole";
  mkdirSync(folder, { recursive: true });
  const times = { simulationTime: samples[size] * 1e-3, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0 };
  // Noise, as traces at rest are few numbers, of which Parquet makes a dictionary.
  const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
  const { results } = await gridSearch({ ...withPoints(POINTS), ...times, inputs, outputs: published.outputs });
  const columnData = columnsOf(results);
  const bytes = columnData.reduce((sum, { data }) => sum + data.byteLength, 0);
  const encoding = { columnData, codec: "UNCOMPRESSED", rowGroupSize: GROUP_ROWS };
  const ours = (name) => writeTable(file(name), results);
  try {
    await ours("x.arrow");
    const arrow = readFileSync(file("x.arrow"));
    const rivals = {
      "x.parquet": ours,
      "bare.parquet": (name) => writePlainly(name, new Uint8Array(parquetWriteBuffer(encoding))),
      "x.arrow": ours,
      "bare.arrow": (name) => writePlainly(name, arrow),
    };
    const best = await leastOf(rivals, rounds[size]);
    if (Buffer.compare(readFileSync(file("x.arrow")), readFileSync(file("bare.arrow"))) !== 0) throw new Error("the files differ");
    const rate = (name) => `${(bytes / 1e6 / best[name]).toFixed(2)} GB/s`;
    const sizeOf = (name) => `${(statSync(file(name)).size / 1e9).toFixed(2)} GB`;
    const beside = (kind) => {
      const [own, bare] = [`x.${kind}`, `bare.${kind}`];
      const ratio = best[bare] / best[own];
      return [`${rate(own)} over ${rate(bare)}: ${ratio.toFixed(2)}`, "≥ 0.8", 0.8 / ratio, 1];
    };
    return [
      row(
        `${(bytes / 1e9).toFixed(1)} GB of traces as Parquet (${sizeOf("x.parquet")}), over hyparquet-writer on the same columns (${sizeOf("bare.parquet")})`,
        ...beside("parquet"),
      ),
      row("the same as Arrow, over plain writes of the same bytes", ...beside("arrow")),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
