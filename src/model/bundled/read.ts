import { MassgridError, sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { type OpenFile, TemplateReader } from "../template/read.ts";
import type { AnyTemplate, CircuitTemplate } from "../template/template.ts";
import { bundledCircuits, openBundled } from "./index.ts";

/** Reads templates: those that are bundled, and others of files that `openFile` opens. */
export function templateReader(openFile: OpenFile): TemplateReader {
  return new TemplateReader((file, from) => openBundled(file) ?? openFile(file, from));
}

/** The template of a path. Throws E_UNKNOWN_TEMPLATE with the nearest path, and what is wrong in its files. */
function readTemplateOfPath(path: string, openFile: OpenFile): AnyTemplate {
  try {
    return templateReader(openFile).template(path);
  } catch (error) {
    const isUnknown = error instanceof MassgridError && error.code === "E_UNKNOWN_TEMPLATE" && error.problems[0].source === undefined;
    throw isUnknown ? unknownTemplate(path, error.problems[0].message) : error;
  }
}

/** The circuit of a path. Throws E_TEMPLATE_KIND for a template of another kind. */
export function readCircuitOfPath(path: string, openFile: OpenFile): CircuitTemplate {
  const template = readTemplateOfPath(path, openFile);
  if (template.kind === "CircuitTemplate") return template;
  const article = template.kind === "NodeTemplate" ? "a" : "an";
  const message = `${sanitize(path)} is ${article} ${template.kind}, but a CircuitTemplate is needed here`;
  throw new MassgridError([{ code: "E_TEMPLATE_KIND", path: [], message }]);
}

/** A template's own name, without its package, is as good a hint as its whole path. */
function unknownTemplate(path: string, why: string): MassgridError {
  const known = bundledCircuits();
  const dotted = path.replaceAll("/", ".");
  const last = (name: string) => name.split(".").at(-1)?.toLowerCase();
  const suggestion = known.find((name) => last(name) === last(dotted)) ?? nearest(dotted, known);
  const hint =
    suggestion === undefined ? "bundled are, among others, those of PyRates under their own paths" : `did you mean ${suggestion}?`;
  const message = `unknown template ${sanitize(path)}: ${why}; ${hint}`;
  return new MassgridError([{ code: "E_UNKNOWN_TEMPLATE", path: [], message, ...(suggestion === undefined ? {} : { suggestion }) }]);
}
