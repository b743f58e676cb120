// Builds the WebAssembly modules, the table of the structs that they share with TypeScript (structs.mjs), and embeds the modules in
// src/*/*.generated.ts: in hexadecimal, which servers compress to two thirds of
// what base64 becomes, as repeated bytes look alike in it.
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { pairModule } from "./pairs.mjs";
import { coefficientModule, structModule, structTable } from "./structs.mjs";
import { hoistConstants, sectionsOf } from "./wasm.mjs";

/** Module name → its entry file. Those that ship are embedded under a TypeScript name; the others serve tests and benches. */
export const modules = {
  solvers: { entry: "assembly/index.ts", embed: "solvers", file: "kernel/core" },
  adaptive: { entry: "assembly/adaptive/index.ts", embed: "adaptive", file: "kernel/adaptive" },
  noise: { entry: "assembly/noise/index.ts", embed: "noise", file: "kernel/core" },
  "jansen-rit": { entry: "assembly/models/jansen-rit.ts", embed: "jansenRit", file: "model/core" },
  functions: { entry: "assembly/math/functions.ts", embed: "functions", file: "model/core" },
  math: { entry: "assembly/math/index.ts" },
  "test-models/vanderpol": { entry: "test/assembly/models/vanderpol.ts" },
  "test-models/oscillator": { entry: "test/assembly/models/oscillator.ts" },
  "test-models/trapping": { entry: "test/assembly/models/trapping.ts" },
  "test-models/timed": { entry: "test/assembly/models/timed.ts" },
};

/** Compiles AssemblyScript's entries to files, in as many threads as there are cores, the largest first as they are given. */
async function compileAll(jobs) {
  const queue = [...jobs];
  const threads = Array.from({ length: Math.min(availableParallelism(), MOST_THREADS) }, async () => {
    const thread = new Worker(new URL("./asc.mjs", import.meta.url));
    try {
      for (let job = queue.shift(); job; job = queue.shift()) {
        thread.postMessage(job);
        const [fault] = await once(thread, "message");
        if (fault !== undefined) throw new Error(fault);
      }
    } finally {
      await thread.terminate();
    }
  });
  await Promise.all(threads);
}

/** Each has the compiler, which takes a second to load. */
const MOST_THREADS = 4;

const dataSection = 11;

/** Ids of the sections of a wasm module. */
export const sections = (bytes) => sectionsOf(bytes).map(({ id }) => id);

export async function buildCore() {
  mkdirSync("build/test-models", { recursive: true });
  const named = Object.entries(modules).map(([name, { entry }]) => ({ entry, out: `build/${name}.wasm` }));
  const [table] = await Promise.all([structTable(), compileAll([...named, { entry: "assembly/math/pairs.ts", out: "build/pairs.wasm" }])]);
  // What every sweep needs, and what some need, stand in files of their own.
  const files = {};
  for (const [name, { entry, embed, file: to }] of Object.entries(modules)) {
    const file = `build/${name}.wasm`;
    const bytes = Buffer.from(hoistConstants(new Uint8Array(readFileSync(file))));
    writeFileSync(file, bytes);
    if (sections(bytes).includes(dataSection)) throw new Error(`${entry}: the module has a data section`);
    if (!embed) continue;
    files[to] ??= ["// Made by scripts/core.mjs from assembly/: do not edit.", ""];
    files[to].push(`export const ${embed}: string =\n  "${bytes.toString("hex")}";`);
  }
  writeFileSync("src/model/pairs.generated.ts", pairModule(new Uint8Array(readFileSync("build/pairs.wasm"))));
  writeFileSync("src/kernel/structs.generated.ts", structModule(table));
  writeFileSync("src/model/compile/coefficients.generated.ts", coefficientModule());
  writeFileSync("build/structs.json", JSON.stringify(table.structs));
  for (const [name, lines] of Object.entries(files)) writeFileSync(`src/${name}.generated.ts`, `${lines.join("\n")}\n`);
}
