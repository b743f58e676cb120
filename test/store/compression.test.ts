// Stores whose files are compressed: the same numbers, the same bytes when resumed, and refusals before anything is written.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { gridSearch, openSweep, resumeSweep, verifySweep } from "../../src/index.ts";
import { folderFor } from "../support/folder.ts";
import { contents, over } from "../support/stores.ts";
import { bits, refusal } from "../support/sweep.ts";

const folder = folderFor("compression");
const options = over(40);
/** Node has it from 22.15 on. */
const hasZstd = typeof Reflect.get(zlib, "zstdCompressSync") === "function";
const kinds = [
  { format: "parquet", compression: "snappy" },
  { format: "parquet", compression: "zstd" },
  { format: "arrow", compression: "zstd" },
] as const;
const ofEngine = kinds.filter(({ compression }) => hasZstd || compression !== "zstd");

describe.each(ofEngine)("store compression: $format by $compression", ({ format, compression }) => {
  const directory = join(folder, `${format}-${compression}`);
  const store = { directory, format, compression, shardPoints: 16 };

  test("has the numbers of files that are not compressed, in fewer bytes, and says so in its manifest", async () => {
    const plain = await gridSearch({ ...options, store: { directory: `${directory}-none`, format, shardPoints: 16 } });
    await gridSearch({ ...options, store });
    const sweep = await openSweep(directory);
    for (const output of Object.keys(options.outputs))
      expect(bits(await sweep.trace("JRC2_39", output))).toEqual(bits(await plain.store.trace("JRC2_39", output)));
    expect(sweep.map.toString()).toBe(plain.store.map.toString());
    expect(sweep.bytes).toBeLessThan(plain.store.bytes);
    expect(await verifySweep(directory)).toMatchObject({ ok: true, complete: true });
  });

  test("ends with the same bytes when it was stopped and resumed, and refuses to go on otherwise", async () => {
    const stopped = `${directory}-stopped`;
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 20 && stop.abort(new Error("stopped"));
    const begun = gridSearch({ ...options, workers: 0, onProgress, signal: stop.signal, store: { ...store, directory: stopped } });
    await expect(begun).rejects.toThrow("stopped");
    const other = await refusal(() => resumeSweep(stopped, { ...options, store: { compression: "none" } }));
    expect([other.code, other.message]).toEqual(["E_RESUME_CHANGED", expect.stringContaining(`compression (${compression} → none)`)]);
    await resumeSweep(stopped);
    expect(contents(stopped)).toEqual(contents(directory));
  });
});

describe("store compression: is refused before anything is written", () => {
  test.skipIf(hasZstd)("where there is no zstd", async () => {
    for (const format of ["arrow", "parquet"] as const) {
      const directory = join(folder, `none-${format}`);
      const { problems } = await refusal(() => gridSearch({ ...options, store: { directory, format, compression: "zstd" } }));
      expect(problems).toMatchObject([{ code: "E_COMPRESSION", path: ["store", "compression"], message: expect.stringMatching(/22\.15/) }]);
      expect(existsSync(directory)).toBe(false);
    }
  });

  test("where the format does not have it, or nothing has", async () => {
    const directory = join(folder, "refused");
    const snappy = await refusal(() => gridSearch({ ...options, store: { directory, compression: "snappy" } }));
    expect(snappy.problems).toMatchObject([{ code: "E_COMPRESSION", path: ["store", "compression"] }]);
    expect(snappy.message).toContain('"none" or "zstd"');
    const unknown = await refusal(() => Reflect.apply(gridSearch, undefined, [{ ...options, store: { directory, compression: "gzip" } }]));
    expect(unknown.problems).toMatchObject([{ code: "E_TYPE", path: ["store", "compression"] }]);
    expect(existsSync(directory)).toBe(false);
  });

  test("and by default there is none", async () => {
    const directory = join(folder, "default");
    await gridSearch({ ...options, store: { directory, format: "parquet" } });
    const [manifest] = Object.entries(contents(directory)).filter(([name]) => /manifest\.json$/.test(name));
    expect(JSON.parse(readFileSync(join(directory, manifest[0]), "utf8"))).toMatchObject({ format: "parquet", compression: "none" });
  });
});
