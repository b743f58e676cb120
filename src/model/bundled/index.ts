import type { Model, ModelLayout } from "../model.ts";
import type { OpenedFile } from "../template/read.ts";
import { bundledFiles } from "./bundled.generated.ts";
import { jansenRit, jansenRitLayout } from "./jansen-rit.ts";

/** A model that is written by hand: its variables, and its module when it is needed. */
export interface WrittenModel {
  layout: () => ModelLayout;
  compile: () => Model;
}

/** Models that are written by hand, by template path in dot form: the same bits as their templates, from less work. */
export const writtenModels = {
  "model_templates.neural_mass_models.jansenrit.JRC2": { layout: jansenRitLayout, compile: jansenRit },
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
 */
export function bundledYaml(path: string): string | undefined {
  return openBundled(path.replaceAll(".", "/").split("/").slice(0, -1).join("/"))?.text;
}
