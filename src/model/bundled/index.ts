import { kindOf } from "../../check.ts";
import { refusal } from "../../errors.ts";
import { jansenRit as core } from "../core.generated.ts";
import type { Model, ModelLayout, Variable } from "../model.ts";
import type { OpenedFile } from "../template/read.ts";
import { compile } from "../wasm.ts";
import { bundledFiles } from "./bundled.generated.ts";

/** A model that is written by hand: its variables, and its module when it is needed. */
export interface WrittenModel {
  layout: () => ModelLayout;
  /** Paths of its circuit's nodes, which no edges connect. */
  nodes: readonly string[];
  compile: () => Model;
}

/** Models that are written by hand, by template path in dot form: the same bits as their templates, from less work. */
export const writtenModels = {
  "model_templates.neural_mass_models.jansenrit.JRC2": { layout: jansenRitLayout, nodes: ["jrc"], compile: jansenRit },
} satisfies Record<string, WrittenModel>;

/** A bundled file of templates, in slash form with or without extension; undefined for any other. */
export function openBundled(file: string): OpenedFile | undefined {
  const key = file.replace(/\.ya?ml$/, "");
  return Object.hasOwn(bundledFiles, key) ? { key, name: `${key}.yaml`, text: bundledFiles[key] } : undefined;
}

/** Paths of all circuits that come with the package, in dot form: each is a `circuitTemplate`. */
export function bundledCircuits(): string[] {
  return Object.entries(bundledFiles).flatMap(([file, text]) => {
    // A circuit's own base is written in its file; one that is made from another circuit says so in its fields.
    const found = text.matchAll(/^(\w+):\n {2}base: CircuitTemplate$/gm);
    return [...found].map(([, name]) => `${file.replaceAll("/", ".")}.${name}`);
  });
}

/**
 * The YAML text of the file that a bundled template stands in, to be read or changed and given to templatesFromYaml; `path` is that of
 * the template, in dot or slash form. undefined for a template that is not bundled. Comments of the file are left out.
 * Throws E_TYPE for what is no text.
 */
export function bundledYaml(path: string): string | undefined {
  if (typeof path !== "string") {
    throw refusal("E_TYPE", `bundledYaml takes the path of a bundled template, but ${kindOf(path)} was found`, { path: ["path"] });
  }
  return openBundled(path.replaceAll(".", "/").split("/").slice(0, -1).join("/"))?.text;
}

function variable(name: string, value: number, unit: string): Variable {
  return { path: `jrc/jrc_op/${name}`, value, unit };
}

/**
 * The Jansen-Rit model with all three populations in one operator (JRC2), written by hand in AssemblyScript.
 * Jansen & Rit 1995, Biol. Cybern. 73:357; Spiegler et al. 2010, NeuroImage 52:1041. */
export function jansenRit(): Model {
  return { ...jansenRitLayout(), derived: 10, timeRows: 0, module: compile(core) };
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
