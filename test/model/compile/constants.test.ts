import { describe, expect, it } from "vitest";
import { functionsOf, instructions } from "../../../scripts/wasm.mjs";
import type { GridSearchOptions } from "../../../src/index.ts";
import { adaptive } from "../../../src/kernel/adaptive.generated.ts";
import { noise, solvers } from "../../../src/kernel/core.generated.ts";
import { loopOf } from "../../../src/kernel/loops.ts";
import { bundledCircuits } from "../../../src/model/bundled/index.ts";
import { functions, jansenRit } from "../../../src/model/core.generated.ts";
import { bytesOf, bytesOfModule } from "../../../src/model/wasm.ts";
import { makePlan } from "../../../src/plan/plan.ts";
import { compiled } from "../../support/bundled.ts";

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const SIMD = 0xfd;
const V128_CONST = 12;

/** Loops of a module, and vector constants that they name. */
function countIn(bytes: Uint8Array): { loops: number; named: number } {
  const found = { loops: 0, named: 0 };
  for (const { start, end } of functionsOf(bytes)) {
    const open: number[] = [];
    for (const { op, sub } of instructions(bytes, start, end)) {
      if (op === BLOCK || op === LOOP || op === IF) open.push(op);
      if (op === END) open.pop();
      if (op === LOOP) found.loops++;
      if (op === SIMD && sub === V128_CONST && open.includes(LOOP)) found.named++;
    }
  }
  return found;
}

describe("vector constants are set once a function, before its loops, in", () => {
  it.each(Object.entries({ solvers, adaptive, noise, jansenRit, functions }))("%s", (_, hex) => {
    const { loops, named } = countIn(bytesOf(hex));
    expect(loops).toBeGreaterThan(0);
    expect(named).toBe(0);
  });

  it.each(bundledCircuits())("the functions and the fused loop of %s", (path) => {
    const { module, states } = compiled(path);
    expect(countIn(bytesOfModule(module) ?? new Uint8Array()).named).toBe(0);
    const [state] = states;
    const parts = state.path.replace(/\.re$/, "").split("/");
    const options: GridSearchOptions = {
      circuitTemplate: path,
      paramGrid: { start: [state.value, state.value + 0.1] },
      paramMap: { start: { vars: [parts.slice(-2).join("/")], nodes: [parts.slice(0, -2).join("/")] } },
      ...{ simulationTime: 0.1, stepSize: 1e-3, samplingStepSize: 1e-3, outputs: { y: state.path } },
    };
    const [job] = makePlan(options, { budget: 1e9, openFile: () => undefined }).jobs;
    const loop = job.adaptive ? undefined : loopOf(job, 64, { keepsOrder: true });
    const { loops, named } = countIn(bytesOfModule(loop?.module ?? module) ?? new Uint8Array());
    expect(loops).toBeGreaterThan(0);
    expect(named).toBe(0);
  });
});
