import type { Model, Variable } from "../../src/index.ts";
import { read } from "./read.ts";

const names = ["vanderpol", "oscillator", "timed", "trapping"] as const;
type Name = (typeof names)[number];
const modules = new Map<Name, Uint8Array<ArrayBuffer>>(
  await Promise.all(
    names.map(async (name): Promise<[Name, Uint8Array<ArrayBuffer>]> => [name, await read(`../build/test-models/${name}.wasm`)]),
  ),
);

function variable(path: string, value: number, unit = ""): Variable {
  return { path, value, unit };
}

/** A module of test/assembly. */
export function moduleOf(name: Name): WebAssembly.Module {
  return new WebAssembly.Module(modules.get(name) ?? new Uint8Array());
}

/** x' = z, z' = mu z (1 - x^2) - x + inp. */
export function vanDerPol(): Model {
  return {
    name: "vdp",
    timeUnit: "",
    states: [variable("p/vdp_op/x", 0), variable("p/vdp_op/z", 1)],
    params: [variable("p/vdp_op/mu", 1)],
    inputs: [variable("p/vdp_op/inp", 0)],
    outputs: [variable("p/vdp_op/r2", 0)],
    derived: 0,
    module: moduleOf("vanderpol"),
  };
}

/** x' = v, v' = -w x on the nodes a and b. */
export function oscillators(): Model {
  return {
    name: "osc",
    timeUnit: "s",
    states: [variable("a/osc/x", 1, "m"), variable("a/osc/v", 0), variable("b/osc/x", 1, "m"), variable("b/osc/v", 0)],
    params: [variable("a/osc/w", 1), variable("b/osc/w", 1)],
    inputs: [],
    outputs: [],
    derived: 0,
    module: moduleOf("oscillator"),
  };
}

/** y' = y (1 - t/4) + t^3, q' = inp; the algebraic variable t is the time that the model is given. */
export function timed(): Model {
  return {
    name: "timed",
    timeUnit: "s",
    states: [variable("p/op/y", 1), variable("p/op/q", 0)],
    params: [],
    inputs: [variable("p/op/inp", 0)],
    outputs: [variable("p/op/t", 0, "s")],
    derived: 0,
    module: moduleOf("timed"),
  };
}
