import { jansenRit as core } from "../core.generated.ts";
import type { Model, ModelLayout, Variable } from "../model.ts";
import { compile } from "../wasm.ts";

function variable(name: string, value: number, unit: string): Variable {
  return { path: `jrc/jrc_op/${name}`, value, unit };
}

/**
 * The Jansen-Rit model with all three populations in one operator (JRC2), written by hand in AssemblyScript.
 * Jansen & Rit 1995, Biol. Cybern. 73:357; Spiegler et al. 2010, NeuroImage 52:1041. */
export function jansenRit(): Model {
  return { ...jansenRitLayout(), derived: 25, timeRows: 0, module: compile(core) };
}

/** Its variables, in the order of the rows of assembly/models/jansen-rit.ts. */
export function jansenRitLayout(): ModelLayout {
  return {
    name: "JRC2",
    timeUnit: "s",
    states: [
      variable("V_ein", 0, "V"),
      variable("X_ein", 0, "V/s"),
      variable("V_iin", 0, "V"),
      variable("X_iin", 0, "V/s"),
      variable("V_e", 0, "V"),
      variable("X_e", 0, "V/s"),
      variable("V_i", 0, "V"),
      variable("X_i", 0, "V/s"),
    ],
    params: [
      variable("h_e", 3.25e-3, "V"),
      variable("tau_e", 0.01, "s"),
      variable("h_i", 22e-3, "V"),
      variable("tau_i", 0.02, "s"),
      variable("m_max", 5, "1/s"),
      variable("r", 560, "1/V"),
      variable("V_thr", 6e-3, "V"),
      variable("c", 135, ""),
      variable("ei_ratio", 4, ""),
      variable("io_ratio", 3, ""),
    ],
    inputs: [variable("u", 220, "1/s"), variable("m_in", 0, "1/s")],
    outputs: [variable("m", 0, "1/s")],
  };
}
