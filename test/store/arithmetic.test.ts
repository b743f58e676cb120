// Stores of steps that are not exact: they go on as they began, and no store has both kinds.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, type ResumeOptions, resumeSweep } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { nodeHost } from "../../src/platform/node-host.ts";
import { modelHashes } from "../../src/store/begin.ts";
import { fuses, fusingFlags, withoutFusing } from "../support/fusing.ts";
import { contents, copy, filesIn, folderFor, forge, formats, over, ownNoise } from "../support/stores.ts";
import { refusal } from "../support/sweep.ts";

const folder = folderFor("arithmetic");
const call = over(20, { inputs: ownNoise, features: { V_pce: ["mean", "std"] } });
const exact = { fastMath: false, precision: "float64" } as const;
const kinds = [
  { name: "fastMath", other: { fastMath: true }, change: /fastMath \(false → true\)/, back: /fastMath \(true → false\)/ },
  {
    name: "precision",
    other: { precision: "float32" },
    change: /precision \("float64" → "float32"\)/,
    back: /precision \("float32" → "float64"\)/,
  },
] as const;

function hashesOf(options: GridSearchOptions): string[] {
  return modelHashes(nodeHost(), makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() }));
}

describe.skipIf(!fuses).each(kinds)("store arithmetic: $name", ({ name, other, change, back }) => {
  const [exactly, otherwise] = [join(folder, `${name}-exact`), join(folder, name)];
  const wider = { paramGrid: over(26).paramGrid, extend: true };

  test("is in the manifest, and in the hash of the model, which is what it was for exact steps", async () => {
    await gridSearch({ ...call, store: { directory: exactly, shardPoints: 6 } });
    await gridSearch({ ...call, ...other, store: { directory: otherwise, shardPoints: 6 } });
    expect(hashesOf({ ...call, ...exact })).toEqual(hashesOf(call));
    expect(hashesOf({ ...call, ...other })).not.toEqual(hashesOf(call));
    expect(hashesOf({ ...call, ...other, inputs: {} })).toEqual(hashesOf({ ...call, ...other }));
    forge(copy(otherwise, join(folder, `${name}-read`)), ({ spec }) => expect(spec).toMatchObject(other));
  });

  test("is neither resumed nor extended by the other kind, whichever came first", async () => {
    for (const more of [{}, wider]) {
      const forth = await refusal(() => resumeSweep(exactly, { ...more, ...other }));
      expect([forth.code, forth.message]).toEqual(["E_RESUME_CHANGED", expect.stringMatching(change)]);
      const again = await refusal(() => resumeSweep(otherwise, { ...more, ...exact }));
      expect([again.code, again.message]).toEqual(["E_RESUME_CHANGED", expect.stringMatching(back)]);
    }
  });

  test("goes on as the manifest says where a call does not, to the same bytes", async () => {
    const before = contents(otherwise);
    for (const file of filesIn(otherwise).filter((each) => each.startsWith("traces"))) rmSync(join(otherwise, file));
    await resumeSweep(otherwise);
    expect(contents(otherwise)).toEqual(before);
    await resumeSweep(otherwise, { ...call, ...other });
    expect(contents(otherwise)).toEqual(before);
  });

  test.each(formats)("is extended to the bytes of a whole sweep, of %s files", async (format) => {
    const [extended, whole] = [join(folder, `${name}-${format}-extended`), join(folder, `${name}-${format}-whole`)];
    const store = { format, shardPoints: 6 };
    await gridSearch({ ...call, ...other, store: { ...store, directory: extended } });
    await resumeSweep(extended, wider);
    await gridSearch({ ...call, ...other, paramGrid: wider.paramGrid, store: { ...store, directory: whole } });
    expect(contents(extended)).toEqual(contents(whole));
  });

  test("was not asked for by a manifest from before there was a choice", async () => {
    const old = copy(exactly, join(folder, `${name}-old`));
    forge(old, ({ spec }) => Reflect.deleteProperty(Object(spec), name));
    expect((await resumeSweep(old)).complete).toBe(true);
    expect((await resumeSweep(old, { ...call, ...exact })).complete).toBe(true);
    const changed: ResumeOptions = other;
    expect((await refusal(() => resumeSweep(old, changed))).message).toMatch(change);
  });
});

test.skipIf(!fuses)(
  "store arithmetic: where the engine does not fuse, a store of fastMath is read and checked, and going on with it is refused",
  async () => {
    const directory = join(folder, "elsewhere");
    await gridSearch({ ...call, fastMath: true, store: { directory } });
    const program = `
    ${withoutFusing}
    const { openSweep, resumeSweep, verifySweep } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url))});
    const directory = ${JSON.stringify(directory)};
    const { length } = await (await openSweep(directory)).trace("JRC2_3", "V_pce");
    const { ok } = await verifySweep(directory);
    const refused = await resumeSweep(directory).then(() => "", ({ code, message }) => message);
    console.log(JSON.stringify({ length, ok, refused }));
  `;
    const { stdout, stderr } = spawnSync(process.execPath, [...fusingFlags, "--input-type=module", "-e", program], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ length: 50, ok: true, refused: expect.stringMatching(/^E_FAST_MATH: .*leave out fastMath/) });
  },
);
