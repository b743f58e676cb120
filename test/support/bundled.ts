import type { Model } from "../../src/index.ts";
import { openBundled } from "../../src/model/bundled/index.ts";
import { compileEquations } from "../../src/model/compile/compile.ts";
import type { Equations } from "../../src/model/equation/equations.ts";
import { flatten } from "../../src/model/template/flatten.ts";
import { TemplateReader } from "../../src/model/template/read.ts";

/** The flat equations of a bundled circuit. */
export function equationsOf(path: string): Equations {
  const template = new TemplateReader((file) => openBundled(file)).template(path);
  if (template.kind !== "CircuitTemplate") throw new Error(`${path} is no circuit`);
  return flatten(template);
}

/** A bundled circuit, compiled. */
export function compiled(path: string): Model {
  return compileEquations(equationsOf(path));
}
