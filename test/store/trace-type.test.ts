// Stores of traces in float32: what is read is what a sweep in memory has, and no store has both kinds.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { gridSearch, openSweep, resumeSweep, trace, verifySweep } from "../../src/index.ts";
import { contents, copy, filesIn, folderFor, forge, formats, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("trace-type");
const float32 = { traceType: "float32" } as const;
const call = over(20, { inputs: ownNoise, features: { V_pce: ["mean", "std"] }, ...float32 });

describe.each(formats)("store trace type: float32 in %s", (format) => {
  const directory = join(folder, format);
  const store = { directory, format, shardPoints: 6 };

  test("is read as it was computed", async () => {
    await gridSearch({ ...call, store });
    const { results, resultsMap } = await gridSearch(call);
    const stored = await openSweep(directory);
    for (const key of resultsMap.getChild("key") ?? []) {
      const found = await stored.trace<Float32Array>(key, "V_pce");
      expect(found).toBeInstanceOf(Float32Array);
      expect(found).toEqual(trace(results, key, "V_pce"));
    }
    const batches = [];
    for await (const batch of stored.batches()) batches.push(batch);
    const { schema } = new Table(batches);
    expect(schema.fields.map(({ type }) => String(type)).slice(1)).toEqual(["Float64", "Float64", "Float32", "Float32"]);
    expect(stored.map.schema.fields.filter(({ type }) => String(type) === "Float32")).toEqual([]);
    expect((await verifySweep(directory)).ok).toBe(true);
  });

  test("comes again with the same bytes where a shard was damaged, by what the manifest says", async () => {
    const before = contents(directory);
    const [file] = filesIn(directory).filter((name) => name.startsWith("traces"));
    writeFileSync(join(directory, file), "damaged");
    await resumeSweep(directory);
    expect(contents(directory)).toEqual(before);
  });

  test("is extended to the bytes of a whole sweep", async () => {
    const [extended, whole] = [join(folder, `${format}-extended`), join(folder, `${format}-whole`)];
    await gridSearch({ ...call, store: { ...store, directory: extended } });
    const more = { paramGrid: over(26).paramGrid };
    await resumeSweep(extended, { ...more, extend: true });
    await gridSearch({ ...call, ...more, store: { ...store, directory: whole } });
    expect(contents(extended)).toEqual(contents(whole));
  });

  test("is neither resumed nor extended as float64, nor the other way", async () => {
    const plain = join(folder, `${format}-plain`);
    await gridSearch({ ...call, traceType: "float64", store: { ...store, directory: plain } });
    const wide = { paramGrid: over(26).paramGrid, extend: true };
    for (const more of [{}, wide]) {
      const back = await refusal(() => resumeSweep(directory, { ...more, traceType: "float64" }));
      expect([back.code, back.message]).toEqual(["E_RESUME_CHANGED", expect.stringContaining('traceType ("float32" → "float64")')]);
      const there = await refusal(() => resumeSweep(plain, { ...more, ...float32 }));
      expect([there.code, there.message]).toEqual(["E_RESUME_CHANGED", expect.stringContaining('traceType ("float64" → "float32")')]);
    }
  });

  test("was not asked for by a manifest from before there was a choice", async () => {
    const old = copy(join(folder, `${format}-plain`), join(folder, `${format}-old`));
    forge(old, ({ spec }) => Reflect.deleteProperty(Object(spec), "traceType"));
    expect((await resumeSweep(old)).complete).toBe(true);
    expect((await resumeSweep(old, { ...call, traceType: "float64" })).complete).toBe(true);
    expect((await refusal(() => resumeSweep(old, float32))).message).toContain('traceType ("float64" → "float32")');
  });
});
