// What a store refuses beside damage: platforms without files, files of others, and machines that compute other numbers.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { gridSearch, verifySweep } from "../src/index.ts";
import { makePlan } from "../src/plan/plan.ts";
import { inlineRunner } from "../src/run/inline.ts";
import { nodeHost } from "../src/store/host.ts";
import { type Caller, resumeStored } from "../src/store/resume.ts";
import { contents, folderFor, over } from "./stores.ts";
import { refusal } from "./sweep.ts";

const folder = folderFor("refusals");

test("without a file system there is no store, and that is said before anything runs", async () => {
  const missing = vi.spyOn(process, "getBuiltinModule").mockImplementation(() => undefined);
  const load = process.getBuiltinModule;
  Reflect.deleteProperty(process, "getBuiltinModule");
  const error = await refusal(() => gridSearch({ ...over(2), store: { directory: join(folder, "none") } }));
  Object.assign(process, { getBuiltinModule: load });
  missing.mockRestore();
  expect(error.code).toBe("E_STORE_PLATFORM");
});

test("a file that no store has there is told", async () => {
  const directory = join(folder, "stranger");
  await gridSearch({ ...over(20), store: { directory } });
  writeFileSync(join(directory, "traces/copy.arrow"), "x");
  const { ok, problems } = await verifySweep(directory);
  expect([ok, problems.map(({ code }) => code)]).toEqual([false, ["E_SHARD_UNKNOWN"]]);
});

test("a shard that comes out other than it was is told, and what is noted stays", async () => {
  const directory = join(folder, "other");
  await gridSearch({ ...over(40), store: { directory, shardPoints: 20 } });
  const before = contents(directory)["manifest.json"];
  rmSync(join(directory, "traces/000001.arrow"));
  const caller: Caller = {
    host: nodeHost,
    plan: (given) => makePlan(given, { room: 1e9, openFile: () => undefined }),
    async *run(plan) {
      for await (const result of inlineRunner(plan, plan.blocks)) {
        result.traces[0][0] += 1e-12;
        yield result;
      }
    },
  };
  expect((await refusal(() => resumeStored(directory, {}, caller))).code).toBe("E_RESUME_DIFFERS");
  expect(contents(directory)["manifest.json"]).toBe(before);
});
